#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Gate, Router};
use prelude::User;

async fn health() -> &'static str {
    "ok"
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/health", get(health));
}
