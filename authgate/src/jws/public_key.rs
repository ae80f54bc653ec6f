//! Public keys: which types there are, which algorithms go with them, and their one prepared form.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256, RsaPublicKeyComponents,
    RsaSubjectPublicKey, VerificationAlgorithm,
};

use super::key::Key;
use super::key_error::public::Problem;
use super::{Algorithm, KeyError};

/// The types of public key that are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KeyType {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl KeyType {
    /// The type in an X.509 `SubjectPublicKeyInfo`, or of an `RSAPublicKey`.
    pub(super) fn of_der(der: &[u8]) -> Option<Self> {
        // Raw points and raw Ed25519 keys are taken by the parser too, and are not what a PEM file holds.
        let sequence = der.first() == Some(&0x30) && der.len() > 40;
        let is = |rule: &'static dyn VerificationAlgorithm| ParsedPublicKey::new(rule, der).is_ok();
        match sequence {
            true if RsaSubjectPublicKey::from_der(der).is_ok() => Some(Self::Rsa),
            true if is(&ECDSA_P256_SHA256_FIXED) => Some(Self::P256),
            true if is(&ECDSA_P384_SHA384_FIXED) => Some(Self::P384),
            true if is(&ED25519) => Some(Self::Ed25519),
            _ => None,
        }
    }

    /// The algorithm that is meant where none is said.
    pub(super) const fn usual(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::RS256,
            Self::P256 => Algorithm::ES256,
            Self::P384 => Algorithm::ES384,
            Self::Ed25519 => Algorithm::EdDSA,
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rsa => "RSA",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Ed25519 => "Ed25519",
        }
    }

    /// How a signature is verified: the algorithm, where it goes with the type.
    fn rule(self, algorithm: Algorithm) -> Result<&'static dyn VerificationAlgorithm, Problem> {
        Ok(match (self, algorithm) {
            (Self::Rsa, Algorithm::RS256) => &RSA_PKCS1_2048_8192_SHA256,
            (Self::Rsa, Algorithm::RS384) => &RSA_PKCS1_2048_8192_SHA384,
            (Self::Rsa, Algorithm::RS512) => &RSA_PKCS1_2048_8192_SHA512,
            (Self::Rsa, Algorithm::PS256) => &RSA_PSS_2048_8192_SHA256,
            (Self::P256, Algorithm::ES256) => &ECDSA_P256_SHA256_FIXED,
            (Self::P384, Algorithm::ES384) => &ECDSA_P384_SHA384_FIXED,
            (Self::Ed25519, Algorithm::EdDSA) => &ED25519,
            (_, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) => {
                return Err(Problem::Secret { algorithm });
            }
            _ => return Err(Problem::Misfit { algorithm, found: self.name() }),
        })
    }

    /// The key of its encoding: DER, or for the curves the point as the curve's own standard writes it.
    pub(super) fn prepare(self, algorithm: Algorithm, encoded: &[u8]) -> Result<Key, KeyError> {
        let rule = self.rule(algorithm)?;
        if self == Self::Rsa {
            let key = RsaSubjectPublicKey::from_der(encoded)
                .map_err(|_| Problem::Broken { what: "no RSA modulus and exponent that go together" })?;
            check_modulus(key.modulus().big_endian_without_leading_zero())?;
        }
        ParsedPublicKey::new(rule, encoded)
            .map(|key| Key::public(algorithm, key))
            .map_err(|_| Problem::Broken { what: "no point on its curve" }.into())
    }

    /// An RSA key of its modulus and exponent, both big-endian.
    pub(super) fn prepare_rsa(algorithm: Algorithm, n: &[u8], e: &[u8]) -> Result<Key, KeyError> {
        Self::Rsa.rule(algorithm)?;
        // Some libraries write a leading zero although RFC 7518 section 6.3.1.1 tells them not to.
        let (n, e) = (without_leading_zeros(n), without_leading_zeros(e));
        let der = RsaPublicKeyComponents { n, e }
            .as_der()
            .map_err(|_| Problem::Broken { what: "no RSA modulus and exponent that go together" })?;
        Self::Rsa.prepare(algorithm, der.as_ref())
    }
}

/// RSA of 2048 to 8192 bits: RFC 7518 section 3.3 says the least; the most bounds what one token can cost.
fn check_modulus(n: &[u8]) -> Result<(), Problem> {
    let bits = n.first().map_or(0, |first| n.len() * 8 - first.leading_zeros() as usize);
    if (2048..=8192).contains(&bits) { Ok(()) } else { Err(Problem::RsaSize { bits }) }
}

fn without_leading_zeros(number: &[u8]) -> &[u8] {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    number.get(zeros..).unwrap_or_default()
}
