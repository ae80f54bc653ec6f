//! The application under attack.

use authgate::scheme::{Bearer, Keys};
use authgate::{Authorized, Gate, Roles};
use axum::Router;
use serde::Deserialize;

use crate::tokens::{AUDIENCE, ISSUER, SECRET};

#[derive(authgate::Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

pub(crate) fn router() -> Router {
    let keys = Keys::hs256(SECRET).expect("long enough").with_id("now");
    let bearer = Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("api");
    let gate = Gate::<User>::builder().scheme(bearer).build().expect("a gate");
    let get = authgate::routing::get(|_: Authorized<role::Admin>| async { "ok" });
    authgate::Router::new().route("/thing", get).with_state(gate)
}
