//! Builds that support Ed25519 only.

use serde_json::json;

use super::{info, pem, value};
use crate::jws::Keys;

const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00";
const P256: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";

#[test]
fn key_of_disabled_type_names_the_required_feature() {
    let rsa = value(0x30, &[value(2, &[&[0][..], &[0xC1; 256]].concat()), value(2, &[3])].concat());
    for (der, name) in [(info(RSA, &rsa), "RSA"), (info(P256, &[&[4][..], &[7; 64]].concat()), "P-256")] {
        let error = Keys::pem(pem("PUBLIC KEY", &der)).unwrap_err().to_string();
        assert!(
            error.starts_with(&format!("keys of type {name} require the feature `asymmetric`")),
            "{error}"
        );
    }
}

#[test]
fn keys_of_disabled_types_in_a_set_are_skipped() {
    let p256 = json!({ "kty": "EC", "crv": "P-256",
        "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
        "y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM" });
    let ed25519 =
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
    let keys = Keys::jwks(json!({ "keys": [p256, ed25519] }).to_string()).unwrap();
    assert_eq!(format!("{keys:?}"), "Keys([EdDSA])");
    let error = Keys::jwks(json!({ "keys": [p256] }).to_string()).unwrap_err().to_string();
    assert!(error.contains("no key that verifies EdDSA") && error.contains("`asymmetric`"), "{error}");
}
