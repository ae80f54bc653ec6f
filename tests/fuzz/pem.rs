use authgate::scheme::{Algorithm, Keys};

use crate::bytes::Bytes;

/// A PEM file, or DER in a correct PEM frame. An accepted file is one key of one type and not a
/// secret. An error does not quote the file.
pub fn pem(data: &[u8]) {
    let mut bytes = Bytes::new(data);
    let text = match bytes.byte() {
        0 => pem_frame("PUBLIC KEY", bytes.rest()),
        1 => pem_frame("RSA PUBLIC KEY", bytes.rest()),
        2 => pem_frame("PRIVATE KEY", bytes.rest()),
        _ => bytes.rest().to_vec(),
    };
    let begins = text.windows(11).filter(|it| *it == b"-----BEGIN ").count();
    let fitting: Vec<_> = Algorithm::ALL.iter().filter(|it| Keys::pem_for(**it, &text).is_ok()).collect();
    assert!(fitting.iter().all(|it| !it.to_string().starts_with("HS")), "a file is never a secret");
    if begins > 0 {
        for keys in [Keys::hs256(&text), Keys::hs384(&text), Keys::hs512(&text)] {
            assert!(keys.is_err(), "a file is never a secret");
        }
    }
    match Keys::pem(&text) {
        Ok(keys) => {
            let of_one_type = match format!("{keys:?}").as_str() {
                "Keys([RS256])" => ["RS", "PS"],
                "Keys([ES256])" => ["ES256"; 2],
                "Keys([ES384])" => ["ES384"; 2],
                "Keys([EdDSA])" => ["EdDSA"; 2],
                other => panic!("{other}"),
            };
            let is_of_it =
                |it: &&Algorithm| of_one_type.iter().any(|begin| it.to_string().starts_with(begin));
            let of_one_type: Vec<_> = Algorithm::ALL.iter().filter(is_of_it).collect();
            assert_eq!(fitting, of_one_type, "a key of one type, whose first algorithm is the usual one");
            assert_eq!(begins, 1);
        }
        Err(error) => {
            assert!(fitting.is_empty(), "{fitting:?} and yet {error}");
            assert_no_key_material(&text, &format!("{error} {error:?}"));
        }
    }
}

/// Asserts that the error contains no line of key material. Lines that also occur in a frame are
/// skipped.
fn assert_no_key_material(text: &[u8], error: &str) {
    let text = String::from_utf8_lossy(text);
    let frames: Vec<_> = text.lines().filter(|line| line.contains("-----")).collect();
    let of_a_key = |line: &&str| {
        line.len() >= 16 && line.bytes().all(|it| it.is_ascii_alphanumeric() || b"+/=".contains(&it))
    };
    for line in text.lines().map(str::trim).filter(of_a_key) {
        if frames.iter().all(|frame| !frame.contains(line)) {
            assert!(!error.contains(line), "{error}");
        }
    }
}

fn pem_frame(label: &str, der: &[u8]) -> Vec<u8> {
    let text: Vec<u8> = crate::oracle::base64::encode_padded(der).into_bytes();
    let mut pem = format!("-----BEGIN {label}-----\n").into_bytes();
    for line in text.chunks(64) {
        pem.extend(line);
        pem.push(b'\n');
    }
    pem.extend(format!("-----END {label}-----\n").bytes());
    pem
}
