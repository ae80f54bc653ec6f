//! The two encodings of public keys: `SubjectPublicKeyInfo` of X.509 (RFC 5280 section 4.1) and
//! `RSAPublicKey` of PKCS #1 (RFC 8017 appendix A.1.1). Only DER is accepted.

use std::borrow::Cow;

use super::Problem;
use super::material::Material;

// The contents of an `AlgorithmIdentifier`. Identifier and parameters must match byte for byte.
const RSA: &[u8] = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x01\x01\x05\x00"; // RFC 3279 section 2.3.1
const P256: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x08\x2A\x86\x48\xCE\x3D\x03\x01\x07"; // RFC 5480 section 2.1.1
const P384: &[u8] = b"\x06\x07\x2A\x86\x48\xCE\x3D\x02\x01\x06\x05\x2B\x81\x04\x00\x22"; // RFC 5480 section 2.1.1
const ED25519: &[u8] = b"\x06\x03\x2B\x65\x70"; // RFC 8410 section 3

const UNKNOWN_TYPE: Problem =
    Problem::Other(Cow::Borrowed("the key is invalid, or not of type RSA, P-256, P-384 or Ed25519"));

/// Parses a `SubjectPublicKeyInfo`.
pub(super) fn read_subject_public_key_info(der: &[u8]) -> Result<Material, Problem> {
    let (algorithm, key) = subject_public_key_info(der).ok_or(UNKNOWN_TYPE)?;
    match algorithm {
        RSA => read_rsa_public_key(key),
        P256 => Material::p256(key),
        P384 => Material::p384(key),
        ED25519 => Material::ed25519(key),
        _ => Err(UNKNOWN_TYPE),
    }
}

/// Parses an `RSAPublicKey`.
pub(super) fn read_rsa_public_key(der: &[u8]) -> Result<Material, Problem> {
    let (n, e) = rsa_public_key(der).ok_or(UNKNOWN_TYPE)?;
    Material::rsa(n, e)
}

fn subject_public_key_info(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = Values(Values(der).only(SEQUENCE)?);
    let algorithm = parts.next(SEQUENCE)?;
    // The first byte is the number of unused bits in the last byte.
    let key = parts.only(BIT_STRING)?.strip_prefix(&[0])?;
    Some((algorithm, key))
}

fn rsa_public_key(der: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = Values(Values(der).only(SEQUENCE)?);
    Some((positive(parts.next(INTEGER)?)?, positive(parts.only(INTEGER)?)?))
}

const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const SEQUENCE: u8 = 0x30;

/// A series of DER values.
struct Values<'der>(&'der [u8]);

impl<'der> Values<'der> {
    /// Returns the contents of the next value, if it has this tag.
    fn next(&mut self, tag: u8) -> Option<&'der [u8]> {
        let (&[found, length], rest) = self.0.split_first_chunk()?;
        let (length, least, rest) = match length {
            0..=0x7F => (usize::from(length), 0, rest),
            0x81 => rest.split_first().map(|(length, rest)| (usize::from(*length), 0x80, rest))?,
            0x82 => rest
                .split_first_chunk()
                .map(|(length, rest)| (u16::from_be_bytes(*length).into(), 0x100, rest))?,
            // Keys are never longer than 64 KiB.
            _ => return None,
        };
        // DER requires the shortest form.
        if length < least {
            return None;
        }
        let (contents, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        (found == tag).then_some(contents)
    }

    /// Returns the contents of the next value, which must be the last one.
    fn only(mut self, tag: u8) -> Option<&'der [u8]> {
        self.next(tag).filter(|_| self.0.is_empty())
    }
}

/// Returns a positive integer without its leading zero. Requires the shortest form.
fn positive(integer: &[u8]) -> Option<&[u8]> {
    match integer {
        [0, number @ ..] if number.first()? >= &0x80 => Some(number),
        [1..=0x7F, ..] => Some(integer),
        _ => None,
    }
}
