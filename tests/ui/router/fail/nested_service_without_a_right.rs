#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Gate, Router};
use prelude::User;

fn main() {
    let files = axum::routing::any(|| async { "a file" });
    let _: Router<Gate<User>> = Router::new().nest_service("/assets", files);
}
