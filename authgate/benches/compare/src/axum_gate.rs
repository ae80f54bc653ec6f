//! `axum-gate` verifies the token and requires the role.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum_gate::prelude::{
    AccessPolicy, Account, Gate, Group, JsonWebToken, JsonWebTokenOptions, JwtClaims, RegisteredClaims, Role,
};
use http::StatusCode;
use jsonwebtoken10::{EncodingKey, Header};

use crate::apps::App;
use crate::axum_jwt_auth::verifies;
use crate::keys::SECRET;
use crate::tokens::{AUDIENCE, Algorithm, EXPIRES, Form, ISSUER};

pub(crate) const APP: App = App {
    form: Form { kid: None, claims },
    answers: |status| if status == StatusCode::FORBIDDEN { StatusCode::UNAUTHORIZED } else { status },
    ..App::new("axum-gate", router)
};

type Codec = JsonWebToken<JwtClaims<Account<Role, Group>>>;

fn claims(role: &str) -> serde_json::Value {
    let role = if role == "admin" { Role::Admin } else { Role::User };
    let mut registered = RegisteredClaims::new(ISSUER, EXPIRES);
    registered.audience = Some([AUDIENCE.to_owned()].into());
    let claims = JwtClaims::new(Account::<Role, Group>::new("user-42", &[role], &[]), registered);
    serde_json::to_value(claims).expect("serializes")
}

fn router(algorithm: Algorithm) -> Option<Router> {
    let (alg, dec_key, validation) = verifies(algorithm);
    let codec = Codec::new_with_options(JsonWebTokenOptions {
        // Not used, because the benchmark does not sign tokens.
        enc_key: EncodingKey::from_secret(SECRET),
        dec_key,
        header: Some(Header::new(alg)),
        validation: Some(validation),
    });
    let gate = Gate::bearer::<Codec, Role, Group>(ISSUER, Arc::new(codec))
        .with_policy(AccessPolicy::require_role(Role::Admin));
    Some(Router::new().route("/thing", get(|| async { "ok" })).layer(gate))
}
