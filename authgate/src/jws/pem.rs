//! Public keys in PEM (RFC 7468 section 13, and the older `RSA PUBLIC KEY` of PKCS #1).

use pem_rfc7468::Decoder;

use super::key::Key;
use super::key_error::public::Problem;
use super::public_key::KeyType;
use super::{Algorithm, KeyError};

/// The one public key in `text`, for `algorithm` or, where none is said, for what its type means.
pub(super) fn read(text: &[u8], algorithm: Option<Algorithm>) -> Result<Key, KeyError> {
    let text = text.trim_ascii();
    match text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count() {
        0 => return Err(Problem::NoPem.into()),
        1 => {}
        _ => return Err(Problem::ManyPem.into()),
    }
    let mut decoder = Decoder::new_detect_wrap(text).map_err(Problem::BrokenPem)?;
    let label = decoder.type_label();
    if !matches!(label, "PUBLIC KEY" | "RSA PUBLIC KEY") {
        return Err(Problem::PemLabel(label.to_owned()).into());
    }
    let mut der = Vec::new();
    decoder.decode_to_end(&mut der).map_err(Problem::BrokenPem)?;
    let found = KeyType::of_der(&der).ok_or(Problem::UnknownType)?;
    found.prepare(algorithm.unwrap_or(found.usual()), &der)
}

const BEGIN: &[u8] = b"-----BEGIN ";
