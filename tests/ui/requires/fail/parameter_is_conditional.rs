#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authenticated, Gate, Router, requires, routing::get};
use prelude::{User, role};

type Caller = Authenticated<User>;

#[requires(role = "admin")]
async fn purge(#[cfg(any())] admin: Authorized<_>, caller: Caller) -> String {
    caller.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(purge));
    let _: Option<role::Admin> = None;
}
