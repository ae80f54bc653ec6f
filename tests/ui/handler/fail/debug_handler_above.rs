#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authorized, requires};
use prelude::{Role, User};

#[axum::debug_handler(state = authgate::Gate<User>)]
#[requires(role = "admin")]
async fn purge(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

fn main() {}
