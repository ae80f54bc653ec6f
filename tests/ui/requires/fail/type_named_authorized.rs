#[path = "../../prelude.rs"]
mod prelude;

use authgate::requires;
use prelude::Role;

struct Authorized<R> {
    right: R,
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    String::new()
}

fn main() {}
