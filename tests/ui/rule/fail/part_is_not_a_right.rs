#[path = "../../prelude.rs"]
mod prelude;

use authgate::{All, Authorized};
use prelude::{User, role};

fn handler(_: Authorized<All<(role::Admin, User)>>) {}

fn main() {}
