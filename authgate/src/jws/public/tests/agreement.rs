//! Valid and invalid signatures, verified by every available backend.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm,
    KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384,
    RSA_PSS_SHA512, RsaEncoding, RsaPublicKeyComponents,
};
use serde_json::Value;

use super::{all, bytes, edges};
use crate::jws::Algorithm;
use crate::jws::public::{Backend, Material, Problem, PublicKey};

fn jwk() -> Value {
    let example = include_str!("../../../../vectors/jose-cookbook/jws/4_1.rsa_v15_signature.json");
    serde_json::from_str::<Value>(example).unwrap()["input"]["key"].clone()
}

fn rsa() -> Material {
    Material::rsa(&bytes(&jwk()["n"]), &bytes(&jwk()["e"])).unwrap()
}

/// Returns the verdict of each available backend.
fn verdicts(algorithm: Algorithm, key: fn(&[u8]) -> Material, of: &[u8], signature: &[u8]) -> Vec<bool> {
    let prepared: Vec<_> = Backend::PREFERENCE
        .iter()
        .filter_map(|backend| backend.prepare(algorithm, &key(of)))
        .map(|prepared| PublicKey { algorithm, material: key(of).into(), prepared: prepared.unwrap() })
        .collect();
    assert_eq!(
        prepared.len(),
        usize::from(cfg!(feature = "aws-lc")) + usize::from(cfg!(feature = "rust-crypto"))
    );
    prepared.iter().map(|key| key.verifies(b"edge", signature)).collect()
}

#[track_caller]
fn judged(
    algorithm: Algorithm,
    key: fn(&[u8]) -> Material,
    of: &[u8],
    signature: &[u8],
    good: bool,
    case: &str,
) {
    for verdict in verdicts(algorithm, key, of, signature) {
        assert_eq!(verdict, good, "{algorithm}: {case}");
    }
}

#[test]
fn all_backends_agree_on_edge_case_rsa_signatures() {
    for case in all(&edges()["rsa"]) {
        let algorithm = Algorithm::named(case["algorithm"].as_str().unwrap()).unwrap();
        let good = case["good"].as_bool().unwrap();
        judged(algorithm, |_| rsa(), &[], &bytes(&case["signature"]), good, case["case"].as_str().unwrap());
    }
}

#[test]
fn rsa_signature_must_have_modulus_length_and_be_smaller() {
    let key = RsaKeyPair::from_components(&KeyPairComponents {
        public_key: RsaPublicKeyComponents { n: bytes(&jwk()["n"]), e: bytes(&jwk()["e"]) },
        d: bytes(&jwk()["d"]),
        p: bytes(&jwk()["p"]),
        q: bytes(&jwk()["q"]),
        dP: bytes(&jwk()["dp"]),
        dQ: bytes(&jwk()["dq"]),
        qInv: bytes(&jwk()["qi"]),
    })
    .unwrap();
    let rules: [(_, &'static dyn RsaEncoding); 6] = [
        (Algorithm::RS256, &RSA_PKCS1_SHA256),
        (Algorithm::RS384, &RSA_PKCS1_SHA384),
        (Algorithm::RS512, &RSA_PKCS1_SHA512),
        (Algorithm::PS256, &RSA_PSS_SHA256),
        (Algorithm::PS384, &RSA_PSS_SHA384),
        (Algorithm::PS512, &RSA_PSS_SHA512),
    ];
    for (algorithm, rule) in rules {
        let mut good = vec![0; 256];
        key.sign(rule, &SystemRandom::new(), b"edge", &mut good).unwrap();
        let mut altered = good.clone();
        altered[100] ^= 1;
        for (signature, is_good, case) in [
            (good.clone(), true, "as made"),
            (altered, false, "one bit changed"),
            ([vec![0], good.clone()].concat(), false, "a zero before it"),
            ([good.clone(), vec![0]].concat(), false, "a zero after it"),
            (good[1..].to_vec(), false, "a byte short"),
            (Vec::new(), false, "empty"),
            (vec![0; 256], false, "zero"),
            (vec![0xFF; 256], false, "larger than the modulus"),
            (bytes(&jwk()["n"]), false, "the modulus"),
        ] {
            judged(algorithm, |_| rsa(), &[], &signature, is_good, case);
        }
        for (other, _) in rules.iter().filter(|(other, _)| *other != algorithm) {
            judged(*other, |_| rsa(), &[], &good, false, "of another algorithm");
        }
    }
}

const P256_ORDER: [u8; 32] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xBC, 0xE6, 0xFA,
    0xAD, 0xA7, 0x17, 0x9E, 0x84, 0xF3, 0xB9, 0xCA, 0xC2, 0xFC, 0x63, 0x25, 0x51,
];
const P384_ORDER: [u8; 48] = [
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xC7, 0x63, 0x4D, 0x81, 0xF4, 0x37, 0x2D, 0xDF, 0x58, 0x1A,
    0x0D, 0xB2, 0x48, 0xB0, 0xA7, 0x7A, 0xEC, 0xEC, 0x19, 0x6A, 0xCC, 0xC5, 0x29, 0x73,
];

fn less(order: &[u8], number: &[u8]) -> Vec<u8> {
    let mut difference = vec![0; order.len()];
    let mut borrow = 0;
    for index in (0..order.len()).rev() {
        let digit = i16::from(order[index]) - i16::from(number[index]) - borrow;
        borrow = i16::from(digit < 0);
        difference[index] = u8::try_from(digit.rem_euclid(256)).unwrap();
    }
    difference
}

fn ecdsa(
    algorithm: Algorithm,
    rule: &'static EcdsaSigningAlgorithm,
    key: fn(&[u8]) -> Material,
    order: &[u8],
) {
    let pair = EcdsaKeyPair::generate(rule).unwrap();
    let good = pair.sign(&SystemRandom::new(), b"edge").unwrap().as_ref().to_vec();
    let (r, s) = good.split_at(order.len());
    let zero = vec![0; order.len()];
    let mut altered = good.clone();
    altered[5] ^= 1;
    for (signature, is_good, case) in [
        (good.clone(), true, "as made"),
        ([r, &less(order, s)].concat(), true, "the other of two s"),
        ([&less(order, r), s].concat(), false, "another r"),
        (altered, false, "one bit changed"),
        ([r, &zero].concat(), false, "s is zero"),
        ([&zero, s].concat(), false, "r is zero"),
        ([&zero[..], &zero].concat(), false, "both are zero"),
        ([order, s].concat(), false, "r is the order"),
        ([r, order].concat(), false, "s is the order"),
        (vec![0xFF; 2 * order.len()], false, "both are larger than the order"),
        (good[1..].to_vec(), false, "a byte short"),
        ([&good[..], &[0]].concat(), false, "a byte long"),
        (Vec::new(), false, "empty"),
    ] {
        judged(algorithm, key, pair.public_key().as_ref(), &signature, is_good, case);
    }
}

#[test]
fn ecdsa_signature_requires_two_numbers_in_range() {
    let p256 = |point: &[u8]| Material::p256(point).unwrap();
    let p384 = |point: &[u8]| Material::p384(point).unwrap();
    ecdsa(Algorithm::ES256, &ECDSA_P256_SHA256_FIXED_SIGNING, p256, &P256_ORDER);
    ecdsa(Algorithm::ES384, &ECDSA_P384_SHA384_FIXED_SIGNING, p384, &P384_ORDER);
}

#[test]
fn all_backends_reject_points_off_the_curve_with_the_same_error() {
    for (algorithm, key) in [
        (Algorithm::ES256, Material::p256(&[&[4][..], &[7; 64]].concat()).unwrap()),
        (Algorithm::ES256, Material::p256(&[&[4][..], &[0; 64]].concat()).unwrap()),
        (Algorithm::ES256, Material::p256(&[&[4][..], &[0xFF; 64]].concat()).unwrap()),
        (Algorithm::ES384, Material::p384(&[&[4][..], &[7; 96]].concat()).unwrap()),
        (Algorithm::ES384, Material::p384(&[&[4][..], &[0xFF; 96]].concat()).unwrap()),
    ] {
        for prepared in Backend::PREFERENCE.iter().filter_map(|backend| backend.prepare(algorithm, &key)) {
            assert!(matches!(prepared.err(), Some(Problem::Broken { what: "not a point on its curve" })));
        }
    }
}

#[test]
fn all_backends_accept_every_rsa_key_size_and_exponent() {
    for bits in [2048, 2049, 2055, 3072, 4096, 8191, 8192_usize] {
        for e in [&[3][..], &[1, 0, 1], &[1, 0xFF, 0xFF, 0xFF, 0xFF]] {
            let mut n = vec![0xFF; bits.div_ceil(8)];
            n[0] = 0xFF >> ((8 - bits % 8) % 8);
            let key = Material::rsa(&n, e).unwrap();
            for backend in Backend::PREFERENCE {
                assert!(
                    backend.prepare(Algorithm::RS256, &key).is_none_or(|key| key.is_ok()),
                    "{bits} {backend:?}"
                );
            }
        }
    }
}

#[test]
fn prefers_the_faster_rsa_backend() {
    let of_rsa =
        Backend::PREFERENCE.iter().find(|backend| backend.prepare(Algorithm::RS256, &rsa()).is_some());
    let name = if cfg!(feature = "aws-lc") { "AwsLc" } else { "RustCrypto" };
    assert_eq!(format!("{:?}", of_rsa.unwrap()), name);
}
