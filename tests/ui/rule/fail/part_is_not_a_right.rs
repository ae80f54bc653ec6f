#[path = "../../prelude.rs"]
mod prelude;

use authgate::right::All;
use authgate::Authorized;
use prelude::{User, role};

fn handler(_: Authorized<All<(role::Admin, User)>>) {}

fn main() {}
