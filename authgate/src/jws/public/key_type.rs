//! The types of public keys and their algorithms.

use std::fmt;

use super::Problem;
use crate::jws::Algorithm;

/// A supported type of public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::jws) enum KeyType {
    Rsa,
    P256,
    P384,
    Ed25519,
}

impl KeyType {
    /// Returns the algorithm of a key that does not name one.
    pub(super) const fn usual(self) -> Algorithm {
        match self {
            Self::Rsa => Algorithm::RS256,
            Self::P256 => Algorithm::ES256,
            Self::P384 => Algorithm::ES384,
            Self::Ed25519 => Algorithm::EdDSA,
        }
    }

    /// Checks that the algorithm matches the key type.
    pub(super) fn check(self, algorithm: Algorithm) -> Result<(), Problem> {
        let needed = match algorithm {
            Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512 => {
                let name = algorithm.to_string().to_lowercase();
                return Err(Problem::Other(
                    format!("{algorithm} requires a secret, not a public key: write `Keys::{name}(secret)`")
                        .into(),
                ));
            }
            Algorithm::RS256
            | Algorithm::RS384
            | Algorithm::RS512
            | Algorithm::PS256
            | Algorithm::PS384
            | Algorithm::PS512 => Self::Rsa,
            Algorithm::ES256 => Self::P256,
            Algorithm::ES384 => Self::P384,
            Algorithm::EdDSA => Self::Ed25519,
        };
        if self == needed {
            return Ok(());
        }
        Err(Problem::Other(format!("{algorithm} does not match a key of type {self}").into()))
    }
}

impl fmt::Display for KeyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rsa => "RSA",
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::Ed25519 => "Ed25519",
        })
    }
}
