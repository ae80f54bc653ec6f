//! The examples of RFC 7520, 7797 and 8037. Most of their payloads are not JSON. Such a payload is
//! reported as malformed only if the signature is valid.

use serde_json::{Value, json};

use super::token::{CLAIMS, SECRET, hs256, trusting, verify};
use crate::jws::{Keys, Verifier};
use crate::right::CredentialError;

const RS256: &str = include_str!("../../../vectors/jose-cookbook/jws/4_1.rsa_v15_signature.json");
const PS384: &str = include_str!("../../../vectors/jose-cookbook/jws/4_2.rsa-pss_signature.json");
const ES512: &str = include_str!("../../../vectors/jose-cookbook/jws/4_3.ecdsa_signature.json");
const HS256: &str =
    include_str!("../../../vectors/jose-cookbook/jws/4_4.hmac-sha2_integrity_protection.json");
const ED25519: &str = include_str!("../../../vectors/jose-cookbook/curve25519/jws.json");
const B64_FALSE: &str = include_str!("../../../vectors/jose-cookbook/rfc7797/hmac-sha2_b64_false.json");

pub(super) fn key(example: &str) -> Value {
    serde_json::from_str::<Value>(example).unwrap()["input"]["key"].clone()
}

pub(super) fn rsa() -> Value {
    key(RS256)
}

fn token(example: &str) -> String {
    serde_json::from_str::<Value>(example).unwrap()["output"]["compact"].as_str().unwrap().to_owned()
}

fn secret(example: &str) -> Keys {
    use base64::Engine as _;
    let secret = key(example)["k"].as_str().unwrap().to_owned();
    Keys::hs256(base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(secret).unwrap()).unwrap()
}

fn set(keys: &Value) -> Keys {
    Keys::jwks(json!({ "keys": keys }).to_string()).unwrap()
}

fn signature_is_good(verifier: &Verifier, token: &str) -> bool {
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let altered = format!("{signed}.{first}{}", &signature[1..]);
    assert_eq!(verify(verifier, &altered), Err(CredentialError::Rejected));
    verify(verifier, token) == Err(CredentialError::Malformed)
}

#[test]
fn rfc7520_rs256_is_verified() {
    assert!(signature_is_good(&trusting(set(&json!([key(RS256)]))), &token(RS256)));
}

#[test]
fn rfc7520_hs256_is_verified() {
    let id = key(HS256)["kid"].as_str().unwrap().to_owned();
    assert!(signature_is_good(&trusting(secret(HS256).with_id(id)), &token(HS256)));
    assert!(signature_is_good(&trusting(secret(HS256)), &token(HS256)), "a key without an id");
    assert_eq!(
        verify(&trusting(secret(HS256).with_id("another")), &token(HS256)),
        Err(CredentialError::Rejected),
        "a key with another id"
    );
}

#[test]
fn rfc8037_ed25519_is_verified() {
    assert!(signature_is_good(&trusting(set(&json!([key(ED25519)]))), &token(ED25519)));
}

#[test]
fn rfc7520_ps384_is_verified() {
    let mut key = key(PS384);
    key["alg"] = "PS384".into();
    assert!(signature_is_good(&trusting(set(&json!([key]))), &token(PS384)));
}

/// P-521 is not supported: the key is skipped and the token rejected. An RSA key without `alg` is
/// used with RS256.
#[test]
fn rfc7520_es512_and_ps384_without_alg_are_rejected() {
    let error = Keys::jwks(json!({ "keys": [key(ES512)] }).to_string()).unwrap_err();
    assert!(error.to_string().contains("has no key"), "{error}");
    let verifier = trusting(set(&json!([key(ES512), key(RS256)])));
    assert_eq!(verify(&verifier, &token(ES512)), Err(CredentialError::Rejected));
    assert_eq!(verify(&verifier, &token(PS384)), Err(CredentialError::Rejected));
}

/// RFC 7797 section 4.2.
#[test]
fn unencoded_payload_is_rejected() {
    let verifier = trusting(secret(B64_FALSE));
    assert_eq!(verify(&verifier, &token(B64_FALSE)), Err(CredentialError::Malformed));
    for header in [r#"{"alg":"HS256","b64":false,"crit":["b64"]}"#, r#"{"alg":"HS256","b64":false}"#] {
        assert_eq!(verify(&verifier, &hs256(SECRET, header, CLAIMS)), Err(CredentialError::Rejected));
    }
}
