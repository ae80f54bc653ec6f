//! `aliri_tower` verifies the token, and `aliri_axum` requires a scope.

use aliri::jwt::{Audience, Audiences, CoreClaims, CoreValidator, Issuer, IssuerRef, Subject, SubjectRef};
use aliri::{Jwk, Jwks, jwa, jws};
use aliri_clock::UnixTime;
use aliri_oauth2::{Authority, HasScope, Scope};
use aliri_tower::Oauth2Authorizer;
use axum::Router;
use axum::body::Body;
use axum::routing::get;
use serde::Deserialize;

use crate::apps::App;
use crate::jwk::jwk;
use crate::tokens::{AUDIENCE, Algorithm, ISSUER};

pub(crate) const APP: App = App::new("aliri", router);

#[derive(Clone, Deserialize)]
struct Claims {
    iss: Issuer,
    aud: Audiences,
    sub: Subject,
    exp: UnixTime,
    #[serde(rename = "roles")]
    scope: Scope,
}

impl CoreClaims for Claims {
    fn nbf(&self) -> Option<UnixTime> {
        None
    }

    fn exp(&self) -> Option<UnixTime> {
        Some(self.exp)
    }

    fn aud(&self) -> &Audiences {
        &self.aud
    }

    fn iss(&self) -> Option<&IssuerRef> {
        Some(&self.iss)
    }

    fn sub(&self) -> Option<&SubjectRef> {
        Some(&self.sub)
    }
}

impl HasScope for Claims {
    fn scope(&self) -> &Scope {
        &self.scope
    }
}

aliri_axum::scope_guards! {
    type Claims = Claims;
    scope Admin = "admin";
}

fn router(algorithm: Algorithm) -> Option<Router> {
    let approved: jwa::Algorithm = match algorithm {
        Algorithm::HS256 => jws::Algorithm::HS256.into(),
        Algorithm::RS256 => jws::Algorithm::RS256.into(),
        Algorithm::ES256 | Algorithm::EdDSA => return None,
    };
    let mut keys = Jwks::default();
    keys.add_key(serde_json::from_str::<Jwk>(&jwk(algorithm).to_string()).expect("a key"));
    let validator = CoreValidator::default()
        .add_approved_algorithm(approved)
        .require_issuer(Issuer::new(ISSUER.to_owned()))
        .add_allowed_audience(Audience::new(AUDIENCE.to_owned()))
        .check_expiration();
    let layer = Oauth2Authorizer::new()
        .with_claims::<Claims>()
        .with_terse_error_handler::<Body>()
        .jwt_layer(Authority::new(keys, validator));
    Some(Router::new().route("/thing", get(|_: Admin| async { "ok" })).layer(layer))
}
