#[path = "../../prelude.rs"]
mod prelude;

use authgate::Authorized;
use prelude::{User, role};

fn forge(caller: authgate::Authenticated<User>) -> Authorized<role::Admin> {
    Authorized { caller, invariant: std::marker::PhantomData }
}

fn main() {}
