//! Public keys in PEM (RFC 7468 section 13, and the older `RSA PUBLIC KEY` of PKCS #1).

use pem_rfc7468::Decoder;

use super::{Problem, PublicKey, der};
use crate::jws::{Algorithm, KeyError};

/// Parses the only public key in `text`. Without an algorithm, the default of the key type is used.
pub(super) fn read(text: &[u8], algorithm: Option<Algorithm>) -> Result<PublicKey, KeyError> {
    let text = text.trim_ascii();
    match text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count() {
        0 => return Err(Problem::NoPem.into()),
        1 => {}
        _ => return Err(Problem::ManyPem.into()),
    }
    let mut decoder = Decoder::new_detect_wrap(text).map_err(Problem::BrokenPem)?;
    let read = match decoder.type_label() {
        "PUBLIC KEY" => der::read_subject_public_key_info,
        "RSA PUBLIC KEY" => der::read_rsa_public_key,
        label => return Err(Problem::PemLabel(label.to_owned()).into()),
    };
    let mut der = Vec::new();
    decoder.decode_to_end(&mut der).map_err(Problem::BrokenPem)?;
    let key = read(&der)?;
    let algorithm = algorithm.unwrap_or(key.key_type().usual());
    Ok(PublicKey::prepare(algorithm, key)?)
}

const BEGIN: &[u8] = b"-----BEGIN ";
