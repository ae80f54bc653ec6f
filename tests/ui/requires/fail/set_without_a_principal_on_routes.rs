#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use prelude::User;

#[derive(authgate::Role)]
enum Role {
    Viewer,
    Admin,
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = Role::Viewer)]
async fn read() -> &'static str {
    "ok"
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(read).delete(purge));
}
