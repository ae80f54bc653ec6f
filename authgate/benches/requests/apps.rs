//! The measured applications.

use authgate::gate::GateBuilder;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authorized, Gate, Roles};
use axum::Router;
use axum::routing::get;
use http::StatusCode;
use serde::Deserialize;

use crate::keys::SECRET;
use crate::tokens::{AUDIENCE, Algorithm, Case, Form, ISSUER};

/// An application with `/thing`, which only admins may access.
pub(crate) struct App {
    pub(crate) name: &'static str,
    /// `None` if the application cannot verify such tokens.
    pub(crate) router: fn(Algorithm) -> Option<Router>,
    /// The form of the tokens that it accepts.
    pub(crate) form: Form,
    /// Maps the expected status to the status of this application.
    pub(crate) answers: fn(StatusCode) -> StatusCode,
}

impl App {
    pub(crate) const fn new(name: &'static str, router: fn(Algorithm) -> Option<Router>) -> Self {
        Self { name, router, form: Form::USUAL, answers: |status| status }
    }

    pub(crate) fn status(&self, case: Case) -> StatusCode {
        (self.answers)(case.status())
    }
}

/// An application without authentication.
pub(crate) const RAW: App = App {
    answers: |_| StatusCode::OK,
    ..App::new("raw", |_| Some(Router::new().route("/thing", get(|| async { "ok" }))))
};

pub(crate) const AUTHGATE: App =
    App::new("authgate", |algorithm| Some(guarded(Gate::builder().scheme(bearer(algorithm)))));

/// authgate with a cache of verified tokens.
pub(crate) const CACHED: App = App::new("cached", |algorithm| {
    Some(guarded(Gate::builder().scheme(bearer(algorithm).cached(CacheSize::mebibytes(16)))))
});

#[derive(authgate::Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(Clone, authgate::Principal, Deserialize)]
#[principal(role = Role)]
pub(crate) struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

fn bearer(algorithm: Algorithm) -> Bearer {
    trusting(algorithm.pem().map_or_else(|| Keys::hs256(SECRET), Keys::pem).expect("keys"))
}

pub(crate) fn trusting(keys: Keys) -> Bearer {
    Bearer::jwt(keys).issuer(ISSUER).audience(AUDIENCE).realm("api")
}

pub(crate) fn guarded(gate: GateBuilder<User>) -> Router {
    let gate = gate.build().expect("a gate");
    let get = authgate::routing::get(|_: Authorized<role::Admin>| async { "ok" });
    authgate::Router::new().route("/thing", get).with_state(gate)
}
