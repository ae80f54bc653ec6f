#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authorized, Gate, Router, requires, routing::get};
use prelude::{Role, User};

#[requires(role = "admin")]
#[axum::debug_handler(state = Gate<User>)]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = "admin")]
#[axum::debug_handler(state = Gate<User>)]
async fn hidden() -> &'static str {
    "ok"
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(purge).post(hidden));
}
