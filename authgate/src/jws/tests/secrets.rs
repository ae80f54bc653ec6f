//! HMAC keys: RFC 7515 appendix A.1, RFC 7518 section 3.2.

use super::token::{CLAIMS, Principal, SECRET, at, signed, trusting, verify};
use crate::jws::{Audience, Issuer, KeyError, Keys, Verifier};
use crate::right::CredentialError;

/// RFC 7515 appendix A.1.
#[test]
fn rfc7515_a1_token_is_verified_until_it_expires() {
    let secret = [
        3, 35, 53, 75, 43, 15, 165, 188, 131, 126, 6, 101, 119, 123, 166, 143, 90, 179, 40, 230, 240, 84,
        201, 40, 169, 15, 132, 178, 210, 80, 46, 191, 211, 251, 90, 146, 210, 6, 71, 239, 150, 138, 180, 195,
        119, 98, 61, 34, 61, 46, 33, 114, 5, 46, 79, 8, 192, 205, 154, 245, 103, 208, 128, 163,
    ];
    let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.\
        eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.\
        dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    let issuer = Issuer::with_keys("joe", Keys::hs256(secret).unwrap());
    let verifier = Verifier::new(vec![issuer], Audience::Any);
    let verify = |now| verifier.verify::<Principal>(token.as_bytes(), at(now));
    assert_eq!(verify(1_300_819_379).unwrap().0["http://example.com/is_root"], true);
    assert_eq!(verify(1_300_819_410).err(), Some(CredentialError::Expired));
}

#[test]
fn short_secrets_are_an_error() {
    for (least, made) in
        [(32, Keys::hs256 as fn(Vec<u8>) -> Result<Keys, KeyError>), (48, Keys::hs384), (64, Keys::hs512)]
    {
        assert!(made(vec![b'x'; least]).is_ok());
        let error = made(vec![b'x'; least - 1]).unwrap_err().to_string();
        assert!(error.contains(&format!("{} bytes", least - 1)), "{error}");
        assert!(error.contains(&format!("openssl rand -hex {least}")), "{error}");
        assert!(!error.contains("xx") && !error.contains('\n'), "{error}");
    }
    assert!(Keys::hs256("").is_err());
}

#[test]
fn public_key_as_hmac_secret_is_an_error() {
    let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n-----END PUBLIC KEY-----\n";
    let error = Keys::hs256(pem).unwrap_err().to_string();
    assert!(error.contains("Keys::pem(..)"), "{error}");
}

#[test]
fn hs384_and_hs512_verify_only_their_own_algorithm() {
    use hmac::{Hmac, KeyInit, Mac};
    let secret = [7_u8; 64];
    let token384 = signed(r#"{"alg":"HS384"}"#, CLAIMS, |bytes| {
        Hmac::<sha2::Sha384>::new_from_slice(&secret)
            .unwrap()
            .chain_update(bytes)
            .finalize()
            .into_bytes()
            .to_vec()
    });
    let token512 = signed(r#"{"alg":"HS512"}"#, CLAIMS, |bytes| {
        Hmac::<sha2::Sha512>::new_from_slice(&secret)
            .unwrap()
            .chain_update(bytes)
            .finalize()
            .into_bytes()
            .to_vec()
    });
    let (hs384, hs512) = (trusting(Keys::hs384(secret).unwrap()), trusting(Keys::hs512(secret).unwrap()));
    assert!(verify(&hs384, &token384).is_ok() && verify(&hs512, &token512).is_ok());
    assert_eq!(verify(&hs384, &token512), Err(CredentialError::Rejected));
    assert_eq!(verify(&hs512, &token384), Err(CredentialError::Rejected));
    assert_eq!(verify(&trusting(Keys::hs256(secret).unwrap()), &token512), Err(CredentialError::Rejected));
}

#[test]
fn debug_of_keys_omits_secrets() {
    let keys = Keys::hs256(SECRET).unwrap().with_id("k1").and(Keys::hs512([0x41; 64]).unwrap());
    assert_eq!(format!("{keys:?}"), r#"Keys([HS256 "k1", HS512])"#);
}
