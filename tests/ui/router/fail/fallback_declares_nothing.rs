#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Gate, Router};
use prelude::User;

async fn not_found() -> &'static str {
    "no such page"
}

fn main() {
    let _: Router<Gate<User>> = Router::new().fallback(not_found);
}
