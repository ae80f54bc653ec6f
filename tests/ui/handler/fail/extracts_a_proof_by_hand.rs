#[path = "../../prelude.rs"]
mod prelude;

use authgate::routing::get;
use authgate::{Authorized, Denial, Router};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use prelude::{User, role};

#[derive(Clone)]
struct NoGate;

// A custom state can have a custom extraction, but authgate's router does not use it.
impl FromRequestParts<NoGate> for Authorized<role::Admin, User> {
    type Rejection = Denial;

    async fn from_request_parts(_: &mut Parts, _: &NoGate) -> Result<Self, Denial> {
        unreachable!("a proof of somebody else's, kept from an earlier request")
    }
}

async fn purge(_: Authorized<role::Admin>) {}

fn main() {
    let _: axum::Router = Router::new().route("/", get(purge)).with_state(NoGate);
}
