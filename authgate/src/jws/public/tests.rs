//! All backends accept the same keys and the same signatures.

#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod agreement;
mod der;
mod ed25519;
#[cfg(not(any(feature = "aws-lc", feature = "rust-crypto")))]
mod off;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::Value;

/// Signatures made with the RSA key of RFC 7520 and with an Ed25519 key. Their paddings and points
/// are not produced by any library.
fn edges() -> Value {
    serde_json::from_str(include_str!("tests/edges.json")).unwrap()
}

fn bytes(text: &Value) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()
}

fn all(values: &Value) -> &[Value] {
    values.as_array().unwrap()
}

/// Encodes DER as PEM with this label.
fn pem(label: &str, der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// Encodes a DER value.
fn value(tag: u8, contents: &[u8]) -> Vec<u8> {
    let length = u16::try_from(contents.len()).unwrap();
    let [high, low] = length.to_be_bytes();
    let head = match length {
        0..=0x7F => vec![tag, low],
        0x80..=0xFF => vec![tag, 0x81, low],
        _ => vec![tag, 0x82, high, low],
    };
    [head, contents.to_vec()].concat()
}

/// Encodes a `SubjectPublicKeyInfo`.
fn info(algorithm: &[u8], key: &[u8]) -> Vec<u8> {
    value(0x30, &[value(0x30, algorithm), value(3, &[&[0], key].concat())].concat())
}
