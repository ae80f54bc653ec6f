//! The exact encoding of keys in PEM files.

use super::{info, pem, value};
use crate::jws::Keys;

const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01";
const EC: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01";
const P256: &[u8] = b"\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07";
const ED25519: &[u8] = b"\x06\x03\x2B\x65\x70";
const NULL: &[u8] = b"\x05\x00";
/// RFC 8032 section 7.1, test 1.
const POINT: &[u8] = b"\xD7\x5A\x98\x01\x82\xB1\x0A\xB7\xD5\x4B\xFE\xD3\xC9\x64\x07\x3A\x0E\xE1\x72\xF3\xDA\xA6\x23\x25\xAF\x02\x1A\x68\xF7\x07\x51\x1A";
const OTHER: &str = "the key is invalid, or not of type RSA, P-256, P-384 or Ed25519";

fn rsa(n: &[u8], e: &[u8]) -> Vec<u8> {
    value(0x30, &[value(2, n), value(2, e)].concat())
}

/// Returns a modulus of 2048 bits in DER.
fn modulus() -> Vec<u8> {
    [&[0][..], &[0xC1; 256]].concat()
}

fn read(der: &[u8]) -> Result<String, String> {
    Keys::pem(pem("PUBLIC KEY", der)).map(|keys| format!("{keys:?}")).map_err(|error| error.to_string())
}

#[test]
fn key_must_be_canonical_der() {
    let good = info(ED25519, POINT);
    assert_eq!(read(&good).as_deref(), Ok("Keys([EdDSA])"));
    let contents = &good[2..];
    let length = good[1];
    for (der, case) in [
        ([&good[..], &[0]].concat(), "something after it"),
        ([&[0x30, 0x81, length], contents].concat(), "a length of one byte too many"),
        ([&[0x30, 0x82, 0, length], contents].concat(), "a length of two bytes too many"),
        ([&[0x30, 0x83, 0, 0, length], contents].concat(), "a length of three bytes too many"),
        ([&[0x30, 0x84, 0, 0, 0, length], contents].concat(), "a length of four bytes too many"),
        ([&[0x30, 0x80], contents, &[0, 0]].concat(), "no length"),
        ([&[0x31, length], contents].concat(), "another tag"),
        ([&[0x30, length + 1], contents].concat(), "longer than it is"),
        ([&[0x30, length - 1], contents].concat(), "shorter than it is"),
        (good[..good.len() - 1].to_vec(), "cut off"),
        (value(0x30, &[value(0x30, ED25519), value(3, &[&[1], POINT].concat())].concat()), "unused bits"),
        (value(0x30, &[value(0x30, ED25519), value(3, &[])].concat()), "no bits at all"),
        (value(0x30, &[value(0x30, ED25519), value(4, &[&[0], POINT].concat())].concat()), "bytes for bits"),
        (value(0x30, &value(0x30, ED25519)), "no key"),
        (value(0x30, &[good[2..].to_vec(), NULL.to_vec()].concat()), "a third part"),
        (info(&[ED25519, NULL].concat(), POINT), "parameters that Ed25519 has not"),
        (vec![0x30], "no length of anything"),
        (POINT.to_vec(), "the point alone"),
    ] {
        assert_eq!(read(&der).unwrap_err(), OTHER, "{case}");
    }
    for length in [31, 33] {
        let error = read(&info(ED25519, &[9; 40][..length])).unwrap_err();
        assert_eq!(error, "invalid key: not a point on its curve", "{length}");
    }
}

#[test]
fn inexact_algorithm_identifiers_are_rejected() {
    let (point, key) = ([&[4][..], &[7; 64]].concat(), rsa(&modulus(), &[1, 0, 1]));
    for (der, case) in [
        (info(RSA, &key), "RSA without its null (RFC 3279 section 2.3.1)"),
        (info(&[RSA, NULL, NULL].concat(), &key), "RSA with two of them"),
        (info(&[&RSA[..10], &[10], NULL].concat(), &key), "a key for RSASSA-PSS alone"),
        (info(EC, &point), "no curve"),
        (info(&[EC, NULL].concat(), &point), "the curve that a certificate's issuer has"),
        (
            info(&[EC, &value(0x30, &[2, 1, 1])].concat(), &point),
            "a curve in numbers (RFC 5480 section 2.1.1)",
        ),
        (info(&[EC, P256, NULL].concat(), &point), "something after the curve"),
        (info(&[EC, b"\x06\x05\x2B\x81\x04\x00\x23"].concat(), &point), "P-521"),
        (info(&[EC, b"\x06\x05\x2B\x81\x04\x00\x0A"].concat(), &point), "secp256k1"),
        (info(b"\x06\x03\x2B\x65\x6E", POINT), "X25519"),
        (info(b"\x06\x03\x2B\x65\x71", POINT), "Ed448"),
    ] {
        assert_eq!(read(&der).unwrap_err(), OTHER, "{case}");
    }
}

#[test]
fn compressed_and_malformed_points_are_rejected() {
    let p256 = [EC, P256].concat();
    for sign in [2, 3] {
        let error = read(&info(&p256, &[&[sign][..], &[7; 32]].concat())).unwrap_err();
        assert!(error.contains("-conv_form uncompressed"), "{error}");
    }
    for (point, case) in [
        ([&[6][..], &[7; 64]].concat(), "hybrid"),
        ([&[4][..], &[7; 63]].concat(), "short"),
        ([&[4][..], &[7; 65]].concat(), "long"),
        ([&[4][..], &[7; 96]].concat(), "of P-384"),
        (vec![0], "the point at infinity"),
        (Vec::new(), "empty"),
    ] {
        let error = read(&info(&p256, &point)).unwrap_err();
        assert_eq!(error, "invalid key: not a point on its curve", "{case}");
    }
}

#[test]
fn rsa_integers_must_be_positive_minimal_and_in_bounds() {
    let exponent = "invalid key: its RSA exponent is not an odd number of 2 to 33 bits";
    let mut even = modulus();
    even[256] = 0xC2;
    for (n, e, says) in [
        (modulus()[1..].to_vec(), vec![3], OTHER),
        ([&[0], &modulus()[..]].concat(), vec![3], OTHER),
        (modulus(), vec![0, 3], OTHER),
        (modulus(), vec![0x83], OTHER),
        (modulus(), vec![0], OTHER),
        (modulus(), vec![], OTHER),
        (vec![], vec![3], OTHER),
        (modulus(), vec![1], exponent),
        (modulus(), vec![2], exponent),
        (modulus(), vec![1, 0, 0], exponent),
        (modulus(), vec![2, 0, 0, 0, 1], exponent),
        (modulus(), modulus(), exponent),
        (even, vec![3], "invalid key: its RSA modulus is even"),
        (
            modulus()[..256].to_vec(),
            vec![3],
            "the RSA key has 2040 bits: expected 2048 to 8192 (RFC 7518 section 3.3)",
        ),
        (
            [&[1][..], &[0xFF; 1024]].concat(),
            vec![3],
            "the RSA key has 8193 bits: expected 2048 to 8192 (RFC 7518 section 3.3)",
        ),
    ] {
        let der = rsa(&n, &e);
        assert_eq!(read(&info(&[RSA, NULL].concat(), &der)).unwrap_err(), says);
        let older = Keys::pem(pem("RSA PUBLIC KEY", &der)).unwrap_err().to_string();
        assert_eq!(older, says);
    }
}

/// The message is the same for all backends.
#[test]
fn pem_label_must_match_its_content() {
    let error = Keys::pem(pem("RSA PUBLIC KEY", &info(ED25519, POINT))).unwrap_err().to_string();
    assert_eq!(error, OTHER);
    assert_eq!(read(&rsa(&modulus(), &[3])).unwrap_err(), OTHER);
}
