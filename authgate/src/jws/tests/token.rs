//! Tokens for tests, and a verifier that accepts the valid one.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::jws::{Audience, Issuer, Keys, Verifier};
use crate::right::{Context, CredentialError};

pub(super) const ISSUER: &str = "https://issuer.example";
pub(super) const AUDIENCE: &str = "https://api.example";
pub(super) const SECRET: &[u8] = b"a secret of thirty-two bytes, ok";
pub(super) const OTHER_SECRET: &[u8] = b"another secret of 32 bytes or so";
pub(super) const NOW: u64 = 1_700_000_000;

pub(super) const HEADER: &str = r#"{"alg":"HS256","typ":"JWT"}"#;
pub(super) const CLAIMS: &str =
    r#"{"iss":"https://issuer.example","aud":"https://api.example","exp":1700000100,"sub":"u"}"#;

pub(super) type Principal = Map<String, Value>;

pub(super) fn time(seconds: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(seconds)
}

/// A clock that always returns the same time.
pub(super) fn at(seconds: u64) -> impl Fn() -> SystemTime + Copy {
    move || time(seconds)
}

pub(super) fn base64url(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Signs a token with HS256, regardless of its header.
pub(super) fn hs256(secret: &[u8], header: impl AsRef<[u8]>, payload: impl AsRef<[u8]>) -> String {
    signed(header, payload, |bytes| {
        let mac = Hmac::<Sha256>::new_from_slice(secret).unwrap().chain_update(bytes);
        mac.finalize().into_bytes().to_vec()
    })
}

pub(super) fn signed(
    header: impl AsRef<[u8]>,
    payload: impl AsRef<[u8]>,
    sign: impl FnOnce(&[u8]) -> Vec<u8>,
) -> String {
    let signed = format!("{}.{}", base64url(header), base64url(payload));
    let signature = base64url(sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}

/// Returns the valid claims with additional members.
pub(super) fn claims_and(more: &str) -> String {
    format!("{},{more}}}", CLAIMS.strip_suffix('}').unwrap())
}

/// Returns the valid claims with one value replaced. `None` removes the claim.
pub(super) fn claims_with(name: &str, value: Option<&str>) -> String {
    let mut claims: Map<String, Value> = serde_json::from_str(CLAIMS).unwrap();
    claims.remove(name);
    let rest = Value::Object(claims).to_string();
    match value {
        Some(value) => format!("{{\"{name}\":{value},{}", rest.strip_prefix('{').unwrap()),
        None => rest,
    }
}

pub(super) fn trusting(keys: Keys) -> Verifier {
    let issuer = Issuer::with_keys(ISSUER, keys);
    Verifier::new(vec![issuer], Audience::OneOf(vec!["other".to_owned(), AUDIENCE.to_owned()]))
}

pub(super) fn verifier() -> Verifier {
    trusting(Keys::hs256(SECRET).unwrap())
}

pub(super) fn verify(verifier: &Verifier, token: &str) -> Result<Context, CredentialError> {
    let verified = verifier.verify::<Principal>(token.as_bytes(), at(NOW)).map(|(_, context)| context);
    verified.inspect_err(|fault| assert_explained(verifier, token, *fault))
}

/// Asserts that the event for the operator names a check that gives this error.
fn assert_explained(verifier: &Verifier, token: &str, fault: CredentialError) {
    use CredentialError::{Expired, Malformed, NotYetValid, Rejected, WrongAudience, WrongIssuer};
    let check = verifier.failed_check::<Principal>(token.as_bytes(), fault, time(NOW));
    let faults: &[_] = match check {
        "form" | "claims" | "principal" => &[Malformed],
        "header" => &[Malformed, Rejected],
        "type" | "key" | "signature" | "confirmation" => &[Rejected],
        "expiry" => &[Malformed, Expired],
        "not_before" => &[NotYetValid],
        "issuer" => &[WrongIssuer],
        "audience" => &[WrongAudience],
        _ => &[],
    };
    assert!(faults.contains(&fault), "{check} for {fault:?}: {token}");
}

/// Verifies a token with this header.
pub(super) fn header(header: impl AsRef<[u8]>) -> Option<CredentialError> {
    verify(&verifier(), &hs256(SECRET, header, CLAIMS)).err()
}

/// Verifies a token with this payload.
pub(super) fn payload(payload: impl AsRef<[u8]>) -> Option<CredentialError> {
    verify(&verifier(), &hs256(SECRET, HEADER, payload)).err()
}
