#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Gate, Router};
use prelude::User;

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/health", get(|| async { "ok" }));
}
