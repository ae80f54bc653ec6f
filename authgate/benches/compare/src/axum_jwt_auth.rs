//! `axum-jwt-auth` verifies the token. The role is checked in the handler.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;
use axum_jwt_auth::{Claims, Decoder, LocalDecoder};
use http::StatusCode;
use jsonwebtoken10::{Algorithm as Alg, DecodingKey, Validation};
use serde::Deserialize;

use crate::apps::App;
use crate::keys::SECRET;
use crate::tokens::{AUDIENCE, Algorithm, ISSUER};

pub(crate) const APP: App = App::new("axum-jwt-auth", router);

#[derive(Deserialize)]
struct Mine {
    roles: Vec<String>,
}

async fn thing(user: Claims<Mine>) -> Result<&'static str, StatusCode> {
    if user.claims.roles.iter().any(|role| role == "admin") { Ok("ok") } else { Err(StatusCode::FORBIDDEN) }
}

/// Returns the algorithm, the key and the validation for version 10 of jsonwebtoken.
pub(crate) fn verifies(algorithm: Algorithm) -> (Alg, DecodingKey, Validation) {
    let pem = algorithm.pem().unwrap_or_default();
    let (alg, key) = match algorithm {
        Algorithm::HS256 => (Alg::HS256, Ok(DecodingKey::from_secret(SECRET))),
        Algorithm::RS256 => (Alg::RS256, DecodingKey::from_rsa_pem(pem.as_bytes())),
        Algorithm::ES256 => (Alg::ES256, DecodingKey::from_ec_pem(pem.as_bytes())),
        Algorithm::EdDSA => (Alg::EdDSA, DecodingKey::from_ed_pem(pem.as_bytes())),
    };
    let mut validation = Validation::new(alg);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    (alg, key.expect("a key"), validation)
}

fn router(algorithm: Algorithm) -> Option<Router> {
    let (_, key, validation) = verifies(algorithm);
    let decoder = LocalDecoder::builder().keys(vec![key]).validation(validation).build().expect("a decoder");
    let decoder: Decoder<Mine> = Arc::new(decoder);
    Some(Router::new().route("/thing", get(thing)).with_state(decoder))
}
