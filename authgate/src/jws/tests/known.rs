//! Known headers are compared instead of parsed. The results do not change.

use super::token::{CLAIMS, HEADER, ISSUER, OTHER_SECRET, SECRET, hs256, verifier, verify};
use crate::jws::TrustedIssuers;
use crate::jws::{Issuer, Keys, TokenType, Verifier};
use crate::right::CredentialError;

fn known(verifier: &Verifier, header: &str) -> bool {
    let segment = super::token::base64url(header);
    let is_known =
        |issuer: &Issuer| issuer.keys.now().iter().any(|key| key.known.header(segment.as_bytes()).is_some());
    verifier.issuers.now().as_slice().iter().any(is_known)
}

fn faults<T>(result: Result<T, CredentialError>) -> Option<CredentialError> {
    result.err()
}

#[test]
fn only_headers_of_verified_tokens_are_cached() {
    let verifier = verifier();
    assert_eq!(
        faults(verify(&verifier, &hs256(OTHER_SECRET, HEADER, CLAIMS))),
        Some(CredentialError::Rejected)
    );
    assert!(!known(&verifier, HEADER));
    assert_eq!(faults(verify(&verifier, &hs256(SECRET, HEADER, CLAIMS))), None);
    assert!(known(&verifier, HEADER));
    // A known header does not change any result.
    assert_eq!(
        faults(verify(&verifier, &hs256(OTHER_SECRET, HEADER, CLAIMS))),
        Some(CredentialError::Rejected)
    );
    assert_eq!(faults(verify(&verifier, &hs256(SECRET, HEADER, CLAIMS))), None);
    assert_eq!(
        faults(verify(&verifier, &hs256(SECRET, r#"{"alg":"none"}"#, CLAIMS))),
        Some(CredentialError::Rejected)
    );
}

#[test]
fn tokens_are_verified_when_header_cache_is_full() {
    let verifier = verifier();
    for round in 0..2 {
        for number in 0..8 {
            let header = format!(r#"{{"alg":"HS256","x":{number}}}"#);
            assert_eq!(faults(verify(&verifier, &hs256(SECRET, &header, CLAIMS))), None, "{round} {number}");
            assert_eq!(known(&verifier, &header), number < 2, "{round} {number}");
        }
    }
    let long = format!(r#"{{"alg":"HS256","x":"{}"}}"#, "a".repeat(2000));
    assert_eq!(faults(verify(&super::token::verifier(), &hs256(SECRET, &long, CLAIMS))), None);
}

/// Verifiers that require different types may share keys.
#[test]
fn cached_header_is_checked_against_each_verifiers_token_type() {
    let usual = verifier();
    assert_eq!(faults(verify(&usual, &hs256(SECRET, HEADER, CLAIMS))), None);
    let strict = Verifier { token_type: TokenType::AccessToken, ..usual.clone() };
    assert!(known(&strict, HEADER));
    assert_eq!(faults(verify(&strict, &hs256(SECRET, HEADER, CLAIMS))), Some(CredentialError::Rejected));
}

/// A known header still selects the key by `kid` and algorithm.
#[test]
fn cached_header_still_selects_key_by_kid() {
    let mut verifier = verifier();
    let keys =
        [("a", SECRET), ("b", OTHER_SECRET)].map(|(id, secret)| Keys::hs256(secret).unwrap().with_id(id));
    let [first, second] = keys;
    verifier.issuers = TrustedIssuers::fixed([Issuer::with_keys(ISSUER, first.and(second))]);
    let header = |kid: &str| format!(r#"{{"alg":"HS256","kid":"{kid}"}}"#);
    for (kid, secret, fault) in [
        ("a", SECRET, None),
        ("b", OTHER_SECRET, None),
        ("a", OTHER_SECRET, Some(CredentialError::Rejected)),
        ("b", SECRET, Some(CredentialError::Rejected)),
        ("c", SECRET, Some(CredentialError::Rejected)),
    ] {
        assert_eq!(faults(verify(&verifier, &hs256(secret, header(kid), CLAIMS))), fault, "{kid}");
    }
    // Without a `kid`, the header is stored with the first key, but the second key signs too.
    for secret in [SECRET, OTHER_SECRET, SECRET, OTHER_SECRET] {
        assert_eq!(faults(verify(&verifier, &hs256(secret, HEADER, CLAIMS))), None);
    }
}
