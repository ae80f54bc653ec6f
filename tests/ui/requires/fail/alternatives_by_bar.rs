#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Gate, Router, requires};
use prelude::{Role, User};

#[requires(role = Role::Admin | Role::Editor)]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(purge));
}
