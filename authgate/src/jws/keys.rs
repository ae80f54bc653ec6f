#[cfg(feature = "asymmetric")]
use std::path::Path;

use super::KeyError;
use super::key::Key;
#[cfg(feature = "asymmetric")]
use super::{Algorithm, jwk_set, pem};

/// The keys that tokens of one issuer are verified with: a secret, a public key, a JWK set, or several of them.
///
/// Each is read, checked and prepared once. `Debug` shows algorithms and ids only.
#[derive(Clone, Debug)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// The shared secret of HS256. Of at least 32 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a PEM file.
    pub fn hs256(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs256(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS384. Of at least 48 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a PEM file.
    pub fn hs384(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs384(secret.as_ref()).map(Self::one)
    }

    /// The shared secret of HS512. Of at least 64 random bytes.
    ///
    /// # Errors
    /// The secret is shorter than the hash (RFC 7518 section 3.2), or is a PEM file.
    pub fn hs512(secret: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        Key::hs512(secret.as_ref()).map(Self::one)
    }

    /// A public key in PEM (`PUBLIC KEY`, `RSA PUBLIC KEY`). RSA means RS256, P-256 means ES256, P-384 means ES384
    /// and Ed25519 means `EdDSA`; [`pem_for`](Self::pem_for) says another algorithm.
    ///
    /// # Errors
    /// No single public key of these types, or RSA of fewer than 2048 or more than 8192 bits.
    #[cfg(feature = "asymmetric")]
    pub fn pem(text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        pem::read(text.as_ref(), None).map(Self::one)
    }

    /// A public key in PEM, used for this algorithm and no other (RFC 8725 section 3.1).
    ///
    /// # Errors
    /// As [`pem`](Self::pem), and where the algorithm does not go with the type of the key.
    #[cfg(feature = "asymmetric")]
    pub fn pem_for(algorithm: Algorithm, text: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        pem::read(text.as_ref(), Some(algorithm)).map(Self::one)
    }

    /// The keys of a JWK set (RFC 7517 section 5).
    ///
    /// A key without `alg` means RS256 (`RSA`), ES256 (`P-256`), ES384 (`P-384`) or `EdDSA` (`Ed25519`). Keys that are
    /// for something else (`use`, `key_ops`) or of a type or algorithm that is not known here are left out. Private
    /// members are not read.
    ///
    /// # Errors
    /// No JWK set, larger than 1 MiB, without a key that can be used here, or with a key that is broken or a secret.
    #[cfg(feature = "asymmetric")]
    pub fn jwks(json: impl AsRef<[u8]>) -> Result<Self, KeyError> {
        jwk_set::read(json.as_ref()).map(Self)
    }

    /// The keys of a JWK set in a file, as [`jwks`](Self::jwks).
    ///
    /// # Errors
    /// As [`jwks`](Self::jwks), and where the file cannot be read. The error names the file.
    #[cfg(feature = "asymmetric")]
    pub fn jwks_file(path: impl AsRef<Path>) -> Result<Self, KeyError> {
        jwk_set::read_file(path.as_ref()).map(Self)
    }

    /// These keys and the others, tried in this order.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The id (`kid`) of a secret or PEM key. A key that has an id, as those of a JWK set do, keeps it.
    ///
    /// A token with a `kid` is verified only with a key of that id; a token without one is tried with the keys of its
    /// algorithm, up to 32 of them.
    #[must_use]
    pub fn with_id(mut self, kid: impl Into<String>) -> Self {
        let kid = kid.into().into_boxed_str();
        for key in &mut self.0 {
            key.id.get_or_insert_with(|| kid.clone());
        }
        self
    }

    /// Whether a key is among these and among the others.
    pub(super) fn overlap(&self, other: &Self) -> bool {
        self.iter().any(|key| other.iter().any(|other| key.is_same(other)))
    }

    /// Whether they are the others, with the same ids, in the same order.
    #[cfg(feature = "rotation")]
    pub(super) fn are_same(&self, others: &Self) -> bool {
        let same = |(one, other): (&Key, &Key)| {
            one.algorithm == other.algorithm && one.id == other.id && one.is_same(other)
        };
        self.0.len() == others.0.len() && self.iter().zip(others.iter()).all(same)
    }

    pub(super) fn iter(&self) -> std::slice::Iter<'_, Key> {
        self.0.iter()
    }

    fn one(key: Key) -> Self {
        Self(vec![key])
    }
}
