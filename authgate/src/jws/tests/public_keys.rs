//! Signatures and PEM files of every supported type.

use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeyPairComponents};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
    RSA_PKCS1_SHA256, RSA_PKCS1_SHA384, RSA_PKCS1_SHA512, RSA_PSS_SHA256, RSA_PSS_SHA384, RSA_PSS_SHA512,
    RsaEncoding, RsaPublicKeyComponents,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::cookbook;
use super::token::{CLAIMS, hs256, signed, trusting, verify};
use crate::jws::{Algorithm, Keys};
use crate::right::CredentialError;

fn armour(label: &str, der: impl AsRef<[u8]>) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn spki(key: &impl AsDer<PublicKeyX509Der<'static>>) -> String {
    armour("PUBLIC KEY", key.as_der().unwrap().as_ref())
}

fn rsa() -> RsaKeyPair {
    let jwk = cookbook::rsa();
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str().unwrap()).unwrap();
    RsaKeyPair::from_components(&KeyPairComponents {
        public_key: RsaPublicKeyComponents { n: part("n"), e: part("e") },
        d: part("d"),
        p: part("p"),
        q: part("q"),
        dP: part("dp"),
        dQ: part("dq"),
        qInv: part("qi"),
    })
    .unwrap()
}

fn rsa_pem() -> String {
    spki(rsa().public_key())
}

fn rsa_token(name: &str, padding: &'static dyn RsaEncoding) -> String {
    let key = rsa();
    signed(format!("{{\"alg\":\"{name}\"}}"), CLAIMS, |bytes| {
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(padding, &SystemRandom::new(), bytes, &mut signature).unwrap();
        signature
    })
}

fn ec(rule: &'static EcdsaSigningAlgorithm) -> (EcdsaKeyPair, String) {
    let key = EcdsaKeyPair::generate(rule).unwrap();
    let pem = spki(key.public_key());
    (key, pem)
}

fn ec_token(name: &str, key: &EcdsaKeyPair) -> String {
    signed(format!("{{\"alg\":\"{name}\"}}"), CLAIMS, |bytes| {
        key.sign(&SystemRandom::new(), bytes).unwrap().as_ref().to_vec()
    })
}

#[test]
fn rsa_key_verifies_only_its_own_algorithm() {
    let tokens = [
        (Algorithm::RS256, rsa_token("RS256", &RSA_PKCS1_SHA256)),
        (Algorithm::RS384, rsa_token("RS384", &RSA_PKCS1_SHA384)),
        (Algorithm::RS512, rsa_token("RS512", &RSA_PKCS1_SHA512)),
        (Algorithm::PS256, rsa_token("PS256", &RSA_PSS_SHA256)),
        (Algorithm::PS384, rsa_token("PS384", &RSA_PSS_SHA384)),
        (Algorithm::PS512, rsa_token("PS512", &RSA_PSS_SHA512)),
    ];
    for (algorithm, _) in &tokens {
        let verifier = trusting(Keys::pem_for(*algorithm, rsa_pem()).unwrap());
        for (signed_with, token) in &tokens {
            assert_eq!(
                verify(&verifier, token).is_ok(),
                algorithm == signed_with,
                "{algorithm} {signed_with}"
            );
        }
    }
    assert!(verify(&trusting(Keys::pem(rsa_pem()).unwrap()), &tokens[0].1).is_ok());
    let mislabelled = rsa_token("RS256", &RSA_PSS_SHA256);
    assert_eq!(
        verify(&trusting(Keys::pem(rsa_pem()).unwrap()), &mislabelled),
        Err(CredentialError::Rejected)
    );
}

#[test]
fn pkcs1_rsa_public_key_is_accepted() {
    let der = rsa().public_key().as_ref().to_vec();
    let keys = Keys::pem(armour("RSA PUBLIC KEY", der)).unwrap();
    assert!(verify(&trusting(keys), &rsa_token("RS256", &RSA_PKCS1_SHA256)).is_ok());
}

#[test]
fn ecdsa_verifies_only_fixed_length_signatures_of_its_key() {
    let (p256, p256_pem) = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let (p384, p384_pem) = ec(&ECDSA_P384_SHA384_FIXED_SIGNING);
    let (es256, es384) = (trusting(Keys::pem(&p256_pem).unwrap()), trusting(Keys::pem(&p384_pem).unwrap()));
    assert!(verify(&es256, &ec_token("ES256", &p256)).is_ok());
    assert!(verify(&es384, &ec_token("ES384", &p384)).is_ok());
    assert_eq!(verify(&es256, &ec_token("ES384", &p384)), Err(CredentialError::Rejected));
    let (other, _) = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    assert_eq!(verify(&es256, &ec_token("ES256", &other)), Err(CredentialError::Rejected));

    // RFC 7518 section 3.4: two numbers of fixed length, not ASN.1.
    let (asn1, asn1_pem) = ec(&ECDSA_P256_SHA256_ASN1_SIGNING);
    assert_eq!(
        verify(&trusting(Keys::pem(asn1_pem).unwrap()), &ec_token("ES256", &asn1)),
        Err(CredentialError::Rejected)
    );
    // CVE-2022-21449: a signature of zeros.
    let zeros = signed(r#"{"alg":"ES256"}"#, CLAIMS, |_| vec![0; 64]);
    assert_eq!(verify(&es256, &zeros), Err(CredentialError::Rejected));
}

#[test]
fn ed25519_accepts_alg_eddsa_and_ed25519() {
    let key = Ed25519KeyPair::generate().unwrap();
    let verifier = trusting(Keys::pem(spki(key.public_key())).unwrap());
    for name in ["EdDSA", "Ed25519"] {
        let token =
            signed(format!("{{\"alg\":\"{name}\"}}"), CLAIMS, |bytes| key.sign(bytes).as_ref().to_vec());
        assert!(verify(&verifier, &token).is_ok(), "{name}");
    }
    let token = signed(r#"{"alg":"Ed448"}"#, CLAIMS, |bytes| key.sign(bytes).as_ref().to_vec());
    assert_eq!(verify(&verifier, &token), Err(CredentialError::Rejected));
}

/// The attack of RFC 8725 section 2.1: HMAC with the public key as the secret.
#[test]
fn token_signed_with_hmac_of_public_key_is_rejected() {
    let pem = rsa_pem();
    let token = hs256(pem.as_bytes(), r#"{"alg":"HS256"}"#, CLAIMS);
    assert_eq!(verify(&trusting(Keys::pem(&pem).unwrap()), &token), Err(CredentialError::Rejected));
}

#[test]
fn pem_with_crlf_blank_lines_or_comment_is_accepted() {
    let pem = rsa_pem();
    for text in [
        pem.replace('\n', "\r\n"),
        format!("\n\n{pem}\n\n"),
        format!("a comment\n{pem}"),
        format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----", body(&pem)),
    ] {
        assert!(Keys::pem(&text).is_ok(), "{text}");
    }
}

fn body(pem: &str) -> String {
    pem.lines().filter(|line| !line.starts_with('-')).collect()
}

#[test]
fn pem_errors_name_the_correction() {
    let pem = rsa_pem();
    let (_, p256) = ec(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let (_, p521) = ec(&ECDSA_P521_SHA512_FIXED_SIGNING);
    let small = small_rsa();
    for (made, says) in [
        (Keys::pem(""), "BEGIN PUBLIC KEY"),
        (Keys::pem("MIIB"), "BEGIN PUBLIC KEY"),
        (Keys::pem(armour("PRIVATE KEY", "secret")), "openssl pkey -in private.pem -pubout"),
        (Keys::pem(armour("RSA PRIVATE KEY", "secret")), "-pubout"),
        (Keys::pem(armour("EC PRIVATE KEY", "secret")), "-pubout"),
        (Keys::pem(armour("ENCRYPTED PRIVATE KEY", "secret")), "-pubout"),
        (Keys::pem(armour("CERTIFICATE", "x")), "openssl x509"),
        (Keys::pem(armour("EC PARAMETERS", "x")), "-pubout"),
        (Keys::pem(armour("PUBLIC KEY", "not DER")), "invalid"),
        (Keys::pem(armour("PUBLIC KEY", [0x30; 32])), "invalid"),
        (Keys::pem(p521), "P-384"),
        (Keys::pem(format!("{pem}{pem}")), "Keys::and"),
        (Keys::pem(pem.replace("END", "AND")), "invalid"),
        (Keys::pem(pem.replace("MII", "M!I")), "invalid"),
        (Keys::pem(small), "1024 bits"),
        (Keys::pem_for(Algorithm::ES256, &pem), "ES256 does not match a key of type RSA"),
        (Keys::pem_for(Algorithm::RS256, &p256), "type P-256"),
        (Keys::pem_for(Algorithm::ES384, &p256), "type P-256"),
        (Keys::pem_for(Algorithm::HS256, &pem), "Keys::hs256(secret)"),
    ] {
        let error = made.unwrap_err().to_string();
        assert!(error.contains(says), "{error}");
        assert!(!error.contains('\n') && !error.contains("c2VjcmV0"), "{error}");
    }
}

fn small_rsa() -> String {
    let n = [0xC1; 128];
    spki(&RsaPublicKeyComponents { n: &n[..], e: &[1, 0, 1][..] })
}
