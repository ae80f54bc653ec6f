//! The other libraries, configured like authgate.

use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt as _, Claims, TimeOptions, UntrustedToken};
use serde::Deserialize;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Taken,
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Judge {
    JsonWebToken,
    JwtCompact,
}

impl Judge {
    pub(super) fn judges(self, token: &str) -> Verdict {
        let taken = match self {
            Self::JsonWebToken => jsonwebtoken(token, Algorithm::HS256, &DecodingKey::from_secret(SECRET)),
            Self::JwtCompact => jwt_compact(token, &Hs256, &Hs256Key::new(SECRET)).is_some(),
        };
        if taken { Verdict::Taken } else { Verdict::Refused }
    }
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "sub")]
    _sub: String,
}

pub(super) fn jsonwebtoken(token: &str, algorithm: Algorithm, key: &DecodingKey) -> bool {
    let mut rules = Validation::new(algorithm);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.validate_nbf = true;
    rules.leeway = 30;
    decode::<Subject>(token, key, &rules).is_ok()
}

#[derive(Clone, Deserialize)]
pub(super) struct Named {
    iss: String,
    aud: Audience,
    #[serde(rename = "sub")]
    _sub: String,
}

#[derive(Clone, Deserialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

pub(super) fn jwt_compact<A: jwt_compact::Algorithm>(
    token: &str,
    algorithm: &A,
    key: &A::VerifyingKey,
) -> Option<()> {
    let token = UntrustedToken::new(token).ok()?;
    let token = algorithm.validator::<Named>(key).validate(&token).ok()?;
    check_claims(token.claims())
}

/// Checks the claims. jwt-compact leaves the issuer and the audience to its users.
pub(super) fn check_claims(claims: &Claims<Named>) -> Option<()> {
    let times = TimeOptions::default();
    claims.validate_expiration(&times).ok()?;
    if claims.not_before.is_some() {
        claims.validate_maturity(&times).ok()?;
    }
    let ours = match &claims.custom.aud {
        Audience::One(name) => name == AUDIENCE,
        Audience::Many(names) => names.iter().any(|name| name == AUDIENCE),
    };
    (ours && claims.custom.iss == ISSUER).then_some(())
}
