#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use prelude::role;

fn purge(_: Authorized<role::Admin>) {}

fn handle(viewer: Authorized<role::Viewer>) {
    purge(viewer);
}

fn main() {}
