//! Arbitrary input gives a result and never a panic.

use proptest::prelude::*;

use super::token::{
    CLAIMS, HEADER, NOW, Principal, SECRET, at, claims_and, claims_with, hs256, payload, verifier, verify,
};
use crate::jws::Keys;
use crate::right::CredentialError;

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_bytes_are_rejected(token in prop::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(verifier().verify::<Principal>(&token, at(NOW)).is_err());
        let fault = CredentialError::Malformed;
        prop_assert_eq!(verifier().failed_check::<Principal>(&token, fault, super::token::time(NOW)), "form");
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_base64url_segments_are_rejected(token in "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,90}") {
        prop_assert!(verify(&verifier(), &token).is_err());
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn signed_arbitrary_header_and_payload_are_rejected(header in prop::collection::vec(any::<u8>(), 0..60), payload in prop::collection::vec(any::<u8>(), 0..60)) {
        prop_assert!(verify(&verifier(), &hs256(SECRET, header, payload)).is_err());
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn signed_arbitrary_times_give_only_expected_errors(exp in any::<f64>(), nbf in any::<i64>(), auth_time in any::<u64>()) {
        let claims = claims_and(&format!("\"nbf\":{nbf},\"auth_time\":{auth_time},\"iat\":{exp:e}"));
        let claims = [claims, claims_with("exp", Some(&format!("{exp:e}")))];
        for fault in claims.iter().filter_map(payload) {
            prop_assert!(matches!(fault, CredentialError::Malformed | CredentialError::Expired | CredentialError::NotYetValid));
        }
    }

    /// A valid token with one changed byte is rejected.
    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn token_with_one_changed_byte_is_rejected(at_byte in any::<prop::sample::Index>(), to in any::<u8>()) {
        let good = hs256(SECRET, HEADER, CLAIMS).into_bytes();
        let mut token = good.clone();
        let index = at_byte.index(token.len());
        token[index] = to;
        prop_assert_eq!(verifier().verify::<Principal>(&token, at(NOW)).is_ok(), token == good);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_secret_is_accepted_iff_long_enough(secret in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert_eq!(Keys::hs256(&secret).is_ok(), secret.len() >= 32);
    }
}

#[cfg(feature = "dalek")]
proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn arbitrary_keys_are_rejected_without_panic(text in any::<String>(), bytes in prop::collection::vec(any::<u8>(), 0..100)) {
        prop_assert!(Keys::jwks(&text).is_err());
        prop_assert!(Keys::pem(&text).is_err());
        prop_assert!(Keys::pem(&bytes).is_err());
        let encoded = super::token::base64url(&bytes);
        for jwk in [
            format!(r#"{{"kty":"RSA","n":"{encoded}","e":"AQAB"}}"#),
            format!(r#"{{"kty":"EC","crv":"P-256","x":"{encoded}","y":"{encoded}"}}"#),
        ] {
            let set = format!("{{\"keys\":[{jwk}]}}");
            prop_assert!(Keys::jwks(set).is_err());
        }
    }
}
