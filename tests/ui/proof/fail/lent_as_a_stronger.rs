#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authorized, ProofRef};
use prelude::role;

fn purge(_: ProofRef<'_, role::Admin>) {}

fn handle(viewer: Authorized<role::Viewer>) {
    purge(viewer.as_proof());
}

fn main() {}
