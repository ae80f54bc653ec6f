#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authenticated, Authorized};
use prelude::{User, role};

fn forge() -> Authorized<role::Admin> {
    Authorized {}
}

fn log_in() -> Authenticated<User> {
    Authenticated {}
}

fn main() {}
