#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use prelude::User;

#[derive(authgate::Role)]
enum Level {
    Admin,
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(purge));
}
