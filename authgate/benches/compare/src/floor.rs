//! The minimum cost of the job: an axum extractor that uses the same crates as authgate. It handles
//! one key, one issuer, one audience and one role. Everything is prepared, and authgate's responses
//! are constants ([`answers`]).
//!
//! Do not copy this code as a guard. It accepts one spelling of a header, it is more lenient than
//! RFC 7519, and it logs no reason.

mod answers;

use std::fmt;
use std::sync::LazyLock;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::FromRequestParts;
use axum::response::Response;
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::header::{AUTHORIZATION, HeaderMap};
use http::request::Parts;
use http::{Request, StatusCode};
use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};
use sha2::Sha256;

use tower::ServiceExt as _;

use crate::apps::{AUTHGATE, App};
use crate::keys::SECRET;
use crate::measure;
use crate::tokens::{AUDIENCE, Algorithm, Case, ISSUER};

pub(crate) const APP: App = App::new("floor", |algorithm| {
    matches!(algorithm, Algorithm::HS256)
        .then(|| Router::new().route("/thing", get(|_: Admin| async { "ok" })))
});

static KEY: LazyLock<Hmac<Sha256>> =
    LazyLock::new(|| Hmac::new_from_slice(SECRET).expect("any length is a key"));

/// Checks that the responses equal those of authgate, except for the decision id.
///
/// # Errors
///
/// Returns a description of the first difference.
pub(crate) fn check() -> Result<(), String> {
    for case in Case::all() {
        let answers = (answer(&APP, case), answer(&AUTHGATE, case));
        if let (Some(floor), Some(ours)) = answers
            && floor != ours
        {
            return Err(format!("{}: the floor answers {floor:?}, and authgate {ours:?}", case.name()));
        }
    }
    Ok(())
}

fn answer(app: &App, case: Case) -> Option<(StatusCode, HeaderMap, String)> {
    let mut request = Request::builder().uri("/thing");
    if let Some(authorization) = case.authorization(&app.form) {
        request = request.header(AUTHORIZATION, authorization);
    }
    let asked = (app.router)(case.algorithm)?.oneshot(request.body(Body::empty()).expect("a request"));
    Some(measure::runtime().block_on(async {
        let (head, body) = asked.await.expect("routers do not fail").into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        let body = String::from_utf8(body.into()).expect("text");
        let told = body.split_once(r#","decision":"#).map(|(told, _)| told.to_owned());
        (head.status, head.headers, told.unwrap_or(body))
    }))
}

/// `{"alg":"HS256","typ":"JWT"}` in base64url, with the dot.
const HEADER: &[u8] = b"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.";

struct Admin;

struct User {
    #[expect(dead_code, reason = "every principal has one, and creating it is measured")]
    sub: String,
    roles: Roles,
}

impl<S: Sync> FromRequestParts<S> for Admin {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        let field = parts.headers.get(AUTHORIZATION).ok_or_else(answers::anonymous)?;
        let user = user(field.as_bytes()).ok_or_else(answers::rejected)?;
        if user.roles.0 & Roles::ADMIN == 0 { Err(answers::forbidden()) } else { Ok(Self) }
    }
}

fn user(field: &[u8]) -> Option<User> {
    let token = field.strip_prefix(b"Bearer ")?;
    let rest = token.strip_prefix(HEADER)?;
    let dot = rest.iter().rposition(|byte| *byte == b'.')?;
    let mut tag = [0; 33];
    let length = URL_SAFE_NO_PAD.decode_slice(rest.get(dot + 1..)?, &mut tag).ok()?;
    KEY.clone().chain_update(token.get(..HEADER.len() + dot)?).verify_slice(tag.get(..length)?).ok()?;
    let mut payload = [0; 258];
    let length = URL_SAFE_NO_PAD.decode_slice(rest.get(..dot)?, &mut payload).ok()?;
    let claims: Claims<'_> = serde_json::from_slice(payload.get(..length)?).ok()?;
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let is_good = claims.iss == ISSUER && claims.aud == AUDIENCE && now < claims.exp;
    is_good.then(|| User { sub: claims.sub.to_owned(), roles: claims.roles })
}

#[derive(Deserialize)]
struct Claims<'payload> {
    iss: &'payload str,
    aud: &'payload str,
    sub: &'payload str,
    exp: u64,
    roles: Roles,
}

/// A bit set of roles.
struct Roles(u8);

impl Roles {
    const VIEWER: u8 = 1;
    const ADMIN: u8 = 2;
}

impl<'de> Deserialize<'de> for Roles {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Roles;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("names of roles")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<Roles, A::Error> {
                let mut roles = 0;
                while let Some(name) = names.next_element::<&str>()? {
                    roles |= match name {
                        "viewer" => Roles::VIEWER,
                        "admin" => Roles::ADMIN | Roles::VIEWER,
                        _ => 0,
                    };
                }
                Ok(Roles(roles))
            }
        }
        deserializer.deserialize_seq(Names)
    }
}
