//! The requests and their expected results.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::RSA_PKCS1_SHA256;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::StatusCode;
use serde_json::{Value, json};
use sha2::Sha256;

use crate::keys::{EC, ED, RSA, SECRET, ec_pem, ed_pem, rsa_pem};

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
/// A time in the year 2100, so that a token is the same in every run. It has as many digits as a
/// current time.
pub(crate) const EXPIRES: u64 = 4_102_444_800;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Algorithm {
    HS256,
    RS256,
    ES256,
    EdDSA,
}

impl Algorithm {
    const ALL: [Self; 4] = [Self::HS256, Self::RS256, Self::ES256, Self::EdDSA];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::HS256 => "HS256",
            Self::RS256 => "RS256",
            Self::ES256 => "ES256",
            Self::EdDSA => "EdDSA",
        }
    }

    fn sign(self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match self {
            Self::HS256 => {
                let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
                mac.update(message);
                mac.finalize().into_bytes().to_vec()
            }
            Self::RS256 => {
                let mut signature = vec![0; RSA.public_modulus_len()];
                RSA.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature).expect("signs");
                signature
            }
            Self::ES256 => EC.sign(&random, message).expect("signs").as_ref().to_vec(),
            Self::EdDSA => ED.sign(message).as_ref().to_vec(),
        }
    }

    /// Returns the public key of a key pair.
    pub(crate) fn pem(self) -> Option<String> {
        match self {
            Self::HS256 => None,
            Self::RS256 => Some(rsa_pem()),
            Self::ES256 => Some(ec_pem()),
            Self::EdDSA => Some(ed_pem()),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    Allowed,
    BadSignature,
    WrongRole,
    Anonymous,
}

/// A request and its expected result.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    what: What,
    pub(crate) algorithm: Algorithm,
}

impl Case {
    /// Returns all cases. Cases that do not depend on the key use the cheapest algorithm.
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        let denied = [What::BadSignature, What::WrongRole, What::Anonymous];
        let denied = denied.map(|what| Self { what, algorithm: Algorithm::HS256 });
        let allowed = Algorithm::ALL.map(|algorithm| Self { what: What::Allowed, algorithm });
        let mut cases = Vec::from(allowed);
        cases.splice(1..1, denied);
        cases.into_iter()
    }

    /// Returns the preceding request of a service in use: a valid token.
    pub(crate) fn before(self) -> Self {
        Self { what: What::Allowed, ..self }
    }

    pub(crate) fn name(self) -> String {
        let what = match self.what {
            What::Allowed => "allowed",
            What::BadSignature => "bad signature",
            What::WrongRole => "wrong role",
            What::Anonymous => "anonymous",
        };
        format!("{what}/{}", self.algorithm.name())
    }

    pub(crate) const fn status(self) -> StatusCode {
        match self.what {
            What::Allowed => StatusCode::OK,
            What::BadSignature | What::Anonymous => StatusCode::UNAUTHORIZED,
            What::WrongRole => StatusCode::FORBIDDEN,
        }
    }

    /// Returns the value of the field, with a token in this form.
    pub(crate) fn authorization(self, form: &Form) -> Option<String> {
        let token = match self.what {
            What::Allowed => token(self.algorithm, form, "admin"),
            What::BadSignature => spoilt(&token(self.algorithm, form, "admin")),
            What::WrongRole => token(self.algorithm, form, "viewer"),
            What::Anonymous => return None,
        };
        Some(format!("Bearer {token}"))
    }
}

/// The form of a token.
pub(crate) struct Form {
    /// The key id, for libraries that need one.
    pub(crate) kid: Option<&'static str>,
    /// Returns the claims of a caller with this role.
    pub(crate) claims: fn(&str) -> Value,
}

impl Form {
    pub(crate) const USUAL: Self = Self {
        kid: None,
        claims: |role| json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "user-42", "exp": EXPIRES, "roles": [role] }),
    };
}

fn token(algorithm: Algorithm, form: &Form, role: &str) -> String {
    let kid = form.kid.map(|kid| format!(r#","kid":"{kid}""#)).unwrap_or_default();
    let header = format!(r#"{{"alg":"{}","typ":"JWT"{kid}}}"#, algorithm.name());
    let claims = (form.claims)(role).to_string();
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(algorithm.sign(message.as_bytes())))
}

/// Returns the token with the first character of its signature changed.
fn spoilt(token: &str) -> String {
    let (message, signature) = token.rsplit_once('.').expect("three parts");
    let other = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{message}.{other}{}", &signature[1..])
}
