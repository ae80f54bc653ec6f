#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::{All, Fresh};
use authgate::Authorized;
use prelude::role;

fn handler(_: Authorized<All<(Fresh<300>, role::Admin)>>) {}

fn main() {}
