//! The extractor.

use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRef, FromRequestParts};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http::request::Parts;
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

use super::jsonwebtoken::{self, Algorithm as Alg, DecodingKey};
use crate::keys::SECRET;
use crate::tokens::{AUDIENCE, Algorithm, ISSUER};

/// A verifier as applications typically write it.
#[derive(Clone)]
struct Verifier(Arc<(jsonwebtoken::DecodingKey, jsonwebtoken::Validation)>);

#[derive(Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "unused, as in a handler that does not need it")]
    sub: String,
    roles: Vec<String>,
}

struct Admin;

fn denial(status: StatusCode, challenge: Option<&'static str>, reason: &'static str) -> Response {
    let body = format!(r#"{{"status":{},"reason":"{reason}"}}"#, status.as_u16());
    let mut response = (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(challenge) = challenge {
        headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    response
}

impl<S: Send + Sync> FromRequestParts<S> for Admin
where
    Verifier: FromRef<S>,
{
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Response> {
        let Verifier(verifier) = Verifier::from_ref(state);
        let (key, validation) = &*verifier;
        let line = parts.headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok());
        let Some(token) = line.and_then(|line| line.strip_prefix("Bearer ")) else {
            return Err(denial(
                StatusCode::UNAUTHORIZED,
                Some(r#"Bearer realm="api""#),
                "credentials_missing",
            ));
        };
        let claims = jsonwebtoken::decode::<Claims>(token, key, validation).map_err(|_| {
            let challenge = r#"Bearer realm="api", error="invalid_token""#;
            denial(StatusCode::UNAUTHORIZED, Some(challenge), "credentials_rejected")
        })?;
        if claims.claims.roles.iter().any(|role| role == "admin") {
            Ok(Self)
        } else {
            Err(denial(StatusCode::FORBIDDEN, None, "role_missing"))
        }
    }
}

pub(crate) fn router(algorithm: Algorithm) -> Option<Router> {
    let pem = algorithm.pem().unwrap_or_default();
    let (alg, key) = match algorithm {
        Algorithm::HS256 => (Alg::HS256, Ok(super::secret(SECRET))),
        Algorithm::RS256 => (Alg::RS256, DecodingKey::from_rsa_pem(pem.as_bytes())),
        Algorithm::ES256 => (Alg::ES256, DecodingKey::from_ec_pem(pem.as_bytes())),
        Algorithm::EdDSA => (Alg::EdDSA, DecodingKey::from_ed_pem(pem.as_bytes())),
    };
    let mut validation = jsonwebtoken::Validation::new(alg);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    let verifier = Verifier(Arc::new((key.expect("a key"), validation)));
    Some(Router::new().route("/thing", get(|_: Admin| async { "ok" })).with_state(verifier))
}
