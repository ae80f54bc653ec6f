#[path = "../../prelude.rs"]
mod prelude;

use authgate::requires;
use prelude::Role;

impl Role {
    const LIMIT: u8 = 2;
}

#[requires(role = Role::LIMIT)]
async fn purge() {}

fn main() {}
