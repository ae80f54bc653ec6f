#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authorized, By};
use prelude::role;

fn purge(_: By<'_, role::Admin>) {}

fn handle(viewer: Authorized<role::Viewer>) {
    purge(viewer.by());
}

fn main() {}
