#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{All, Fresh};
use authgate::{Authorized, Proof};
use prelude::role;

fn publish(_: &impl Proof<role::Editor>) {}

fn handler(viewer: Authorized<All<(role::Viewer, Fresh<300>)>>) {
    publish(&viewer);
}

fn main() {
    let _ = handler;
}
