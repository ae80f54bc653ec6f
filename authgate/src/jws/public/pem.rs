//! Public keys in PEM (RFC 7468 section 13, and the older `RSA PUBLIC KEY` of PKCS #1).

use pem_rfc7468::Decoder;

use super::{PublicKey, der};
use crate::jws::{Algorithm, KeyError};

/// Parses the only public key in `text`. Without an algorithm, the default of the key type is used.
pub(super) fn read(text: &[u8], algorithm: Option<Algorithm>) -> Result<PublicKey, KeyError> {
    let text = text.trim_ascii();
    match text.windows(BEGIN.len()).filter(|window| *window == BEGIN).count() {
        0 => return Err(KeyError::new("`-----BEGIN PUBLIC KEY-----` is missing")),
        1 => {}
        _ => {
            return Err(KeyError::new(
                "found several keys: parse each key separately, and join them with `Keys::and`",
            ));
        }
    }
    let broken = |error| KeyError::new(format!("invalid key: {error}")).because(error);
    let mut decoder = Decoder::new_detect_wrap(text).map_err(broken)?;
    let read = match decoder.type_label() {
        "PUBLIC KEY" => der::read_subject_public_key_info,
        "RSA PUBLIC KEY" => der::read_rsa_public_key,
        label => {
            let instead = instead_of(label);
            return Err(KeyError::new(format!("expected a `PUBLIC KEY`, found a `{label}`: {instead}")));
        }
    };
    let mut der = Vec::new();
    decoder.decode_to_end(&mut der).map_err(broken)?;
    let key = read(&der)?;
    let algorithm = algorithm.unwrap_or(key.key_type().usual());
    Ok(PublicKey::prepare(algorithm, key)?)
}

const BEGIN: &[u8] = b"-----BEGIN ";

/// Returns the suggestion for a PEM file with another label.
fn instead_of(label: &str) -> &'static str {
    if label.contains("PRIVATE KEY") {
        "leave the private key with the issuer, and use its public half: `openssl pkey -in private.pem \
         -pubout`"
    } else if label == "CERTIFICATE" {
        "certificates are not verified; extract the key with `openssl x509 -in cert.pem -pubkey -noout`"
    } else {
        "derive the public key from the private key with `openssl pkey -in private.pem -pubout`"
    }
}
