//! The other judges, told what authgate is told.

use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt as _, TimeOptions, UntrustedToken};
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
            Self::JsonWebToken => jsonwebtoken(token),
            Self::JwtCompact => jwt_compact(token).is_some(),
        };
        if taken { Verdict::Taken } else { Verdict::Refused }
    }
}

#[derive(Deserialize)]
struct Subject {
    #[serde(rename = "sub")]
    _sub: String,
}

fn jsonwebtoken(token: &str) -> bool {
    let mut rules = Validation::new(Algorithm::HS256);
    rules.set_issuer(&[ISSUER]);
    rules.set_audience(&[AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    rules.validate_nbf = true;
    rules.leeway = 30;
    decode::<Subject>(token, &DecodingKey::from_secret(SECRET), &rules).is_ok()
}

#[derive(Clone, Deserialize)]
struct Named {
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

/// It leaves issuer and audience to its users.
fn jwt_compact(token: &str) -> Option<()> {
    let token = UntrustedToken::new(token).ok()?;
    let token = Hs256.validator::<Named>(&Hs256Key::new(SECRET)).validate(&token).ok()?;
    let (times, claims) = (TimeOptions::default(), token.claims());
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
