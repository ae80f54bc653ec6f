#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use prelude::role;

fn lift(viewer: Authorized<role::Viewer>) -> Authorized<role::Admin> {
    viewer.weaken()
}

fn main() {}
