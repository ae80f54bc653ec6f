#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use prelude::role;

fn keep(admin: &Authorized<role::Admin>) -> Authorized<role::Admin> {
    admin.clone()
}

fn main() {}
