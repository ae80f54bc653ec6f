//! Tokens built from raw bytes, so that tests can express any token.

use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The header of valid tokens.
pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

pub(crate) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn hs256(secret: &[u8], bytes: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), bytes).as_ref().to_vec()
}

/// Returns a token of these bytes, signed with the key of valid tokens.
pub(crate) fn token(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    signed_by(header, claims, |bytes| hs256(SECRET, bytes))
}

/// Returns a token of these bytes with this signature.
pub(crate) fn signed_by(
    header: impl AsRef<[u8]>,
    claims: impl AsRef<[u8]>,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(claims));
    let signature = base64url(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Returns a valid token.
pub(crate) fn good() -> String {
    token(HEADER, Claims::good().json())
}

/// Claims as JSON text, so that tests can express any claims.
pub(crate) struct Claims(Vec<(String, String)>);

impl Claims {
    pub(crate) fn good() -> Self {
        Self(Vec::new())
            .with("iss", &format!("\"{ISSUER}\""))
            .with("aud", &format!("\"{AUDIENCE}\""))
            .with("sub", "\"vera\"")
            .with("exp", &(now() + 300).to_string())
    }

    /// Sets this claim to this JSON text, and replaces an existing one.
    pub(crate) fn with(mut self, name: &str, json: &str) -> Self {
        self = self.without(name);
        self.twice(name, json)
    }

    /// Adds this claim, and keeps an existing one.
    pub(crate) fn twice(mut self, name: &str, json: &str) -> Self {
        self.0.push((name.to_owned(), json.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.0.retain(|(known, _)| known != name);
        self
    }

    /// Returns the JSON object.
    pub(crate) fn json(&self) -> String {
        let members: Vec<_> = self.0.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        format!("{{{}}}", members.join(","))
    }
}
