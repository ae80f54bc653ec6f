#[path = "../../prelude.rs"]
mod prelude;

use authgate::{Authenticated, Authorized, Gate, Router, public, requires, routing::get};
use prelude::{Role, User};

// The proofs print nothing about the principal, so it is safe to record them.
#[tracing::instrument]
#[requires(role = "admin")]
async fn above(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(role = "admin")]
#[tracing::instrument(ret)]
async fn below(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[public(reason = "measured")]
#[tracing::instrument(skip_all)]
async fn open() -> &'static str {
    "ok"
}

#[tracing::instrument]
async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn main() {
    let _: Router<Gate<User>> = Router::new().route("/", get(above).post(below).put(open).delete(me));
}
