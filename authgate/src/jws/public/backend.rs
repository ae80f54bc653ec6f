//! Who computes.

use std::sync::Arc;

use super::material::Material;
use super::{Problem, dalek};
use crate::jws::Algorithm;

/// A key as its backend has it, so that a token costs the signature alone.
pub(super) type Prepared = Arc<dyn Verify>;

pub(super) trait Verify: Send + Sync {
    /// Whether the signature, which has the length of the key's signatures, is good.
    fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool;
}

/// The implementations of cryptography that the features bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Backend {
    /// Ed25519, always.
    Dalek,
    /// RSA, P-256 and P-384.
    #[cfg(feature = "aws-lc")]
    AwsLc,
    /// RSA, P-256 and P-384.
    #[cfg(feature = "rust-crypto")]
    RustCrypto,
}

impl Backend {
    /// Those that are there. Of two that do the same, the first is used, which is the faster.
    pub(super) const PREFERENCE: &[Self] = &[
        Self::Dalek,
        #[cfg(feature = "aws-lc")]
        Self::AwsLc,
        #[cfg(feature = "rust-crypto")]
        Self::RustCrypto,
    ];

    /// The key, for an algorithm that goes with it; `None` where others have to do keys of its type.
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
