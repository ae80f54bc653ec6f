//! Public keys. Parsing and checks are the same for all backends, so that enabling another backend
//! never changes which keys and signatures are accepted.

#[cfg(feature = "aws-lc")]
mod aws_lc;
mod backend;
mod dalek;
mod der;
mod jwk_set;
mod key_type;
mod keys;
mod material;
mod pem;
mod problem;
#[cfg(feature = "rust-crypto")]
mod rust_crypto;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use self::backend::{Backend, Prepared};
#[cfg(feature = "oauth")]
pub(super) use self::jwk_set::{PRIVATE_MEMBERS, key as parse_jwk};
use self::material::Material;
pub(super) use self::problem::Problem;
use super::Algorithm;
#[cfg(feature = "oauth")]
use super::Thumbprint;

/// A public key, prepared for verification with one algorithm.
#[derive(Clone)]
pub(super) struct PublicKey {
    pub(super) algorithm: Algorithm,
    material: Arc<Material>,
    prepared: Prepared,
}

impl PublicKey {
    /// Prepares the key with the first available backend that supports its type.
    fn prepare(algorithm: Algorithm, material: impl Into<Arc<Material>>) -> Result<Self, Problem> {
        let material = material.into();
        let found = material.key_type();
        found.check(algorithm)?;
        let by = |backend: &Backend| backend.prepare(algorithm, &material);
        let prepared = Backend::PREFERENCE.iter().find_map(by).unwrap_or(Err(Problem::Off { found }))?;
        Ok(Self { algorithm, material, prepared })
    }

    /// Returns the key for use with another algorithm, if it matches the type of the key.
    pub(super) fn used_with(&self, algorithm: Algorithm) -> Option<Self> {
        Self::prepare(algorithm, Arc::clone(&self.material)).ok()
    }

    /// Returns `true` if `signature` is this key's signature over `signed`.
    pub(super) fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.material.signature_length() && self.prepared.verifies(signed, signature)
    }

    /// Returns a unique encoding of the key, independent of its algorithm.
    pub(super) fn bytes(&self) -> Vec<u8> {
        self.material.bytes()
    }

    /// Returns the thumbprint of the key in its canonical form.
    #[cfg(feature = "oauth")]
    pub(super) fn thumbprint(&self) -> Thumbprint {
        Thumbprint::of(&self.material.required_members())
    }
}
