#[path = "../../prelude.rs"]
mod prelude;

use authgate::requires;
use prelude::Role;

#[requires(role = "admin")]
async fn purge() -> &'static str {
    "purged"
}

async fn purges() {
    assert_eq!(purge().await, "purged");
}

fn main() {}
