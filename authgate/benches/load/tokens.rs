//! Valid tokens, and tokens for each kind of denial.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::json;

pub(crate) const ISSUER: &str = "https://issuer.example";
pub(crate) const AUDIENCE: &str = "https://api.example";
pub(crate) const SECRET: &[u8] = b"a secret of at least 32 bytes, for the benchmark";

pub(crate) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;

/// The number of bytes of JSON that fit into a token of 64 KiB, with some room left.
pub(crate) const ROOM: usize = 45_000;

/// Returns the members of valid claims without braces, with this role and these additional members.
pub(crate) fn claims(role: &str, more: &str) -> String {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs();
    let end = now + 86_400;
    let comma = if more.is_empty() { "" } else { "," };
    format!(
        r#"{{"iss":"{ISSUER}","aud":"{AUDIENCE}","sub":"user-42","exp":{end},"roles":["{role}"]{comma}{more}}}"#
    )
}

/// Signs a token with the right key.
pub(crate) fn signed(header: &str, claims: &str) -> String {
    let message = message(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET).expect("any length");
    mac.update(message.as_bytes());
    format!("{message}.{}", base64url(mac.finalize().into_bytes()))
}

/// Returns a token with an invalid signature, a different one for each number.
pub(crate) fn forged(header: &str, claims: &str, number: u64) -> String {
    let mut signature = [7; 32];
    signature[..8].copy_from_slice(&number.to_be_bytes());
    format!("{}.{}", message(header, claims), base64url(signature))
}

/// Returns a valid token.
pub(crate) fn good() -> String {
    signed(HEADER, &claims("admin", ""))
}

/// Returns a valid token of 60 KB with one long claim.
pub(crate) fn good_and_long() -> String {
    signed(HEADER, &claims("admin", &format!("\"x\":{}", json::long_string(ROOM))))
}

/// Returns a header with an unknown key id, a different one for each number.
pub(crate) fn unknown_key(number: u64) -> String {
    format!(r#"{{"alg":"HS256","kid":"{number}"}}"#)
}

/// Returns a header with these additional members.
pub(crate) fn header_with(members: &str) -> String {
    format!(r#"{{"alg":"HS256",{members}}}"#)
}

fn message(header: &str, claims: &str) -> String {
    format!("{}.{}", base64url(header), base64url(claims))
}

fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
