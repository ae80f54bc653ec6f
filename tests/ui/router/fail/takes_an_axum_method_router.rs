#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Gate, Router};
use prelude::User;

async fn open() -> &'static str {
    "anybody"
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", axum::routing::get(open));
}
