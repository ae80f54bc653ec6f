//! The implementations that verify signatures.

use std::sync::Arc;

use super::material::Material;
use super::{Problem, dalek};
use crate::jws::Algorithm;

/// A key prepared by its backend. A token then costs only the signature check.
pub(super) type Prepared = Arc<dyn Verify>;

pub(super) trait Verify: Send + Sync {
    /// Returns `true` if the signature is valid. The caller must check its length first.
    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool;
}

/// A cryptographic implementation that a feature provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    /// Ed25519. Always available.
    Dalek,
    /// RSA, P-256 and P-384.
    #[cfg(feature = "aws-lc")]
    AwsLc,
    /// RSA, P-256 and P-384.
    #[cfg(feature = "rust-crypto")]
    RustCrypto,
}

impl Backend {
    /// The available backends, in order of preference. If two support the same type, the faster one
    /// comes first.
    pub(super) const PREFERENCE: &[Self] = &[
        Self::Dalek,
        #[cfg(feature = "aws-lc")]
        Self::AwsLc,
        #[cfg(feature = "rust-crypto")]
        Self::RustCrypto,
    ];

    /// Prepares the key for an algorithm that matches its type. Returns `None` if this backend does
    /// not support the type.
    pub(super) fn prepare(
        self,
        algorithm: Algorithm,
        material: &Material,
    ) -> Option<Result<Prepared, Problem>> {
        match self {
            Self::Dalek => dalek::prepare(algorithm, material),
            #[cfg(feature = "aws-lc")]
            Self::AwsLc => super::aws_lc::prepare(algorithm, material),
            #[cfg(feature = "rust-crypto")]
            Self::RustCrypto => super::rust_crypto::prepare(algorithm, material),
        }
    }
}
