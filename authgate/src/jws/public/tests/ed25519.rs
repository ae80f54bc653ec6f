//! Cases in which implementations of Ed25519 are known to differ: RFC 8032 sections 5.1.3 and
//! 5.1.7.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};
use serde_json::{Value, json};

use super::{all, bytes, edges};
use crate::jws::public::{Material, PublicKey};
use crate::jws::{Algorithm, Keys};

fn set(x: &Value) -> Result<Keys, String> {
    let set = json!({ "keys": [{ "kty": "OKP", "crv": "Ed25519", "x": x }] });
    Keys::jwks(set.to_string()).map_err(|error| error.to_string())
}

#[test]
fn small_order_keys_are_rejected() {
    for key in all(&edges()["ed25519"]["small order"]) {
        let error = set(key).unwrap_err();
        assert_eq!(
            error, "key 0: invalid key: a point of small order, under which signatures can be forged",
            "{key}"
        );
    }
}

#[test]
fn non_canonical_and_off_curve_keys_are_rejected() {
    for kind in ["not canonical", "off the curve"] {
        for key in all(&edges()["ed25519"][kind]) {
            let error = set(key).unwrap_err();
            assert_eq!(error, "key 0: invalid key: not a point on its curve", "{kind} {key}");
        }
    }
}

/// aws-lc, an independent implementation, gives the same verdicts.
#[test]
fn edge_case_signatures_agree_with_aws_lc() {
    for case in all(&edges()["ed25519"]["signatures"]) {
        let key = bytes(&case["key"]);
        let (message, signature) = (case["message"].as_str().unwrap().as_bytes(), bytes(&case["signature"]));
        let good = case["good"].as_bool().unwrap();
        let ours = PublicKey::prepare(Algorithm::EdDSA, Material::ed25519(&key).unwrap()).unwrap();
        assert_eq!(ours.verifies(message, &signature), good, "{case}");
        let theirs = UnparsedPublicKey::new(&ED25519, &key).verify(message, &signature);
        assert_eq!(theirs.is_ok(), good, "{case}");
    }
}

#[test]
fn signature_must_have_64_bytes() {
    let case = &edges()["ed25519"]["signatures"][0];
    let signature = bytes(&case["signature"]);
    let key = PublicKey::prepare(Algorithm::EdDSA, Material::ed25519(&bytes(&case["key"])).unwrap()).unwrap();
    assert!(key.verifies(b"edge", &signature) && !key.verifies(b"edges", &signature));
    for wrong in [&signature[..63], &[&signature[..], &[0]].concat(), &[]] {
        assert!(!key.verifies(b"edge", wrong));
    }
}
