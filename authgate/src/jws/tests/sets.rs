//! JWK Sets: RFC 7517 section 5.

use serde_json::{Value, json};

use super::cookbook;
use super::token::base64url;
use crate::jws::{KeyError, Keys};

/// RFC 8037 appendix A.2.
fn ed25519() -> Value {
    json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" })
}

/// RFC 7517 appendix A.1.
fn p256() -> Value {
    json!({ "kty": "EC", "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" })
}

fn rsa() -> Value {
    let key = cookbook::rsa();
    json!({ "kty": "RSA", "n": key["n"], "e": key["e"] })
}

fn with(mut key: Value, more: &Value) -> Value {
    key.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    key
}

fn set(keys: &Value) -> Result<Keys, KeyError> {
    Keys::jwks(json!({ "keys": keys }).to_string())
}

/// Reads a set of this key and another one.
fn read(key: &Value) -> Result<String, String> {
    let keys = set(&json!([key, with(ed25519(), &json!({ "kid": "other" }))]));
    keys.map(|keys| format!("{keys:?}")).map_err(|error| error.to_string())
}

#[test]
fn jwk_algorithm_comes_from_alg_or_key_type() {
    for (key, expected) in [
        (rsa(), "RS256"),
        (with(rsa(), &json!({ "alg": "RS384" })), "RS384"),
        (with(rsa(), &json!({ "alg": "RS512" })), "RS512"),
        (with(rsa(), &json!({ "alg": "PS256", "kid": "k" })), "PS256 \"k\""),
        (with(rsa(), &json!({ "alg": "PS384" })), "PS384"),
        (with(rsa(), &json!({ "alg": "PS512" })), "PS512"),
        (p256(), "ES256"),
        (with(p256(), &json!({ "alg": "ES256" })), "ES256"),
        (with(ed25519(), &json!({ "alg": "EdDSA", "use": "sig", "key_ops": ["verify"] })), "EdDSA"),
        (with(ed25519(), &json!({ "alg": "Ed25519", "key_ops": ["sign", "verify"] })), "EdDSA"),
        (with(ed25519(), &json!({ "d": 7, "x5c": "?", "oth": null })), "EdDSA"),
        (cookbook::rsa(), "RS256 \"bilbo.baggins@hobbiton.example\""),
    ] {
        assert_eq!(read(&key), Ok(format!("Keys([{expected}, EdDSA \"other\"])")));
    }
    assert!(
        set(&json!([with(p256(), &json!({ "kid": "k" })), with(ed25519(), &json!({ "kid": "k" }))])).is_ok()
    );
}

/// "Implementations SHOULD ignore JWKs that use `kty` values not understood".
#[test]
fn unsupported_keys_are_skipped() {
    for key in [
        with(rsa(), &json!({ "use": "enc" })),
        with(rsa(), &json!({ "use": "tls" })),
        with(rsa(), &json!({ "key_ops": ["encrypt", "wrapKey"] })),
        with(rsa(), &json!({ "key_ops": [] })),
        with(rsa(), &json!({ "alg": "RSA-OAEP" })),
        with(rsa(), &json!({ "alg": "RSA-OAEP-256" })),
        with(rsa(), &json!({ "alg": "none" })),
        with(p256(), &json!({ "crv": "P-521" })),
        with(p256(), &json!({ "crv": "secp256k1" })),
        with(ed25519(), &json!({ "crv": "X25519" })),
        with(ed25519(), &json!({ "crv": "Ed448" })),
        json!({ "kty": "EC" }),
        json!({ "kty": "AKP", "alg": "ML-DSA-44" }),
        json!({ "kty": "rsa" }),
    ] {
        assert_eq!(read(&key).as_deref(), Ok("Keys([EdDSA \"other\"])"), "{key}");
        assert!(set(&json!([key])).unwrap_err().to_string().contains("has no key"));
    }
}

#[test]
fn errors_name_the_invalid_key_and_member() {
    let rsa_of = |bytes: usize| with(rsa(), &json!({ "n": base64url(vec![0xC1; bytes]) }));
    for (key, says) in [
        (json!({ "kty": "oct", "k": "c2VjcmV0" }), "secret"),
        (json!({ "kty": "oct", "k": "c2VjcmV0", "use": "enc" }), "secret"),
        (json!({}), "`kty` must be present"),
        (json!({ "kty": 1 }), "`kty` must be a string"),
        (json!(["RSA"]), "objects"),
        (with(rsa(), &json!({ "alg": "ES256" })), "ES256 does not match a key of type RSA"),
        (with(rsa(), &json!({ "alg": "HS256" })), "HS256"),
        (with(p256(), &json!({ "alg": "ES384" })), "ES384 does not match a key of type P-256"),
        (with(rsa(), &json!({ "alg": 1 })), "`alg`"),
        (with(rsa(), &json!({ "use": ["sig"] })), "`use`"),
        (with(rsa(), &json!({ "key_ops": "verify" })), "`key_ops`"),
        (with(rsa(), &json!({ "kid": 1 })), "`kid`"),
        (with(rsa(), &json!({ "n": "AQAB=" })), "`n` must be base64url"),
        (with(rsa(), &json!({ "n": "+/+/" })), "`n` must be base64url"),
        (with(rsa(), &json!({ "n": null })), "`n`"),
        (with(rsa(), &json!({ "e": "" })), "RSA"),
        (with(rsa(), &json!({ "e": "Ag" })), "RSA"),
        (with(rsa(), &json!({ "e": "AQ" })), "RSA"),
        (rsa_of(128), "1024 bits"),
        (rsa_of(1025), "8200 bits"),
        (with(p256(), &json!({ "y": base64url([7; 32]) })), "not a point on its curve"),
        (with(p256(), &json!({ "y": base64url([7; 31]) })), "`y`"),
        (with(p256(), &json!({ "crv": "P-384" })), "`x`"),
        (with(ed25519(), &json!({ "x": base64url([7; 33]) })), "`x`"),
    ] {
        assert_eq!(read(&key).as_deref(), Ok("Keys([EdDSA \"other\"])"), "{key} is skipped beside another");
        let error = set(&json!([key])).unwrap_err().to_string();
        assert!(error.starts_with("key 0") && error.contains(says), "{key}: {error}");
        assert!(!error.contains('\n') && !error.contains("c2VjcmV0"), "{error}");
    }
    let error = set(&json!([{ "kty": "unknown" }, { "kty": "EC", "crv": "P-256", "kid": "b\n" }]))
        .unwrap_err()
        .to_string();
    assert_eq!(error, r#"key 1 (kid "b\n"): `x` must be present"#);
}

#[test]
fn leading_zeros_in_rsa_numbers_are_accepted() {
    use base64::Engine as _;
    let n = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(rsa()["n"].as_str().unwrap()).unwrap();
    let n = base64url([vec![0], n].concat());
    assert!(read(&with(rsa(), &json!({ "n": n, "e": "AAEAAQ" }))).is_ok());
}

#[test]
fn only_non_empty_jwk_sets_are_accepted() {
    for (json, says) in [
        (String::new(), "not JSON"),
        ("{".into(), "not JSON"),
        ("[]".into(), "`keys` is missing"),
        (ed25519().to_string(), "`keys` is missing"),
        (r#"{"keys":{}}"#.into(), "`keys` is missing"),
        (r#"{"keys":[]}"#.into(), "has no key"),
        (" ".repeat((1 << 20) + 1), "larger"),
    ] {
        let error = Keys::jwks(&json).unwrap_err().to_string();
        assert!(error.contains(says) && !error.contains('\n'), "{error}");
    }
}

#[test]
fn jwks_file_errors_name_the_file() {
    let error = Keys::jwks_file("/nowhere/keys.json").unwrap_err();
    assert!(error.to_string().starts_with("/nowhere/keys.json: cannot be read"), "{error}");
    assert!(std::error::Error::source(&error).is_some());
    let path = std::env::temp_dir().join(format!("authgate-{}.json", std::process::id()));
    std::fs::write(&path, json!({ "keys": [p256()] }).to_string()).unwrap();
    assert_eq!(format!("{:?}", Keys::jwks_file(&path).unwrap()), "Keys([ES256])");
    std::fs::write(&path, r#"{"keys":[{}]}"#).unwrap();
    let error = Keys::jwks_file(&path).unwrap_err().to_string();
    std::fs::remove_file(&path).unwrap();
    assert!(error.ends_with(".json: key 0: `kty` must be present"), "{error}");
}
