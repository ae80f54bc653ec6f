#[path = "../../prelude.rs"]
mod prelude;

use authgate::{All, Authorized, Fresh};
use prelude::role;

fn handler(_: Authorized<All<(Fresh<300>, role::Admin)>>) {}

fn main() {}
