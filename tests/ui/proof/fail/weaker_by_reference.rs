#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authorized, Proof};
use prelude::role;

fn purge(_: &impl Proof<role::Admin>) {}

fn handle(viewer: Authorized<role::Viewer>) {
    purge(&viewer);
}

fn main() {}
