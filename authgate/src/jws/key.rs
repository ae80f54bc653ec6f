//! A prepared key and the verification of one signature.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::header::Known;
use super::no_secret::EncodedKey;
use super::public::PublicKey;
use super::{Algorithm, KeyError};
use crate::secret::Tag;

/// A verification key. Its algorithm is fixed here and never taken from a token (RFC 8725
/// section 3.1).
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) id: Option<Box<str>>,
    /// The member `issuer` of the JWK, which Microsoft Entra sets.
    #[cfg(feature = "oauth")]
    pub(super) stated_issuer: Option<Box<str>>,
    /// The only issuer whose tokens the key verifies, if its issuer has several names.
    #[cfg(feature = "oauth")]
    pub(super) bound_to: Option<Box<str>>,
    /// The key does not name its algorithm, which is the usual one of its type.
    pub(super) algorithm_is_assumed: bool,
    /// The parsed headers of tokens that this key has verified.
    pub(super) known: Known,
    prepared: Prepared,
    fingerprints: Box<[Fingerprint]>,
}

/// A fingerprint of a key, independent of its id and algorithm. For a secret, it is the MAC of a
/// fixed message.
pub(super) type Fingerprint = Tag<Vec<u8>>;

/// The prepared key schedule or public key. A token then costs only the signature check.
#[derive(Clone)]
enum Prepared {
    Sha256(Hmac<Sha256>),
    Sha384(Hmac<Sha384>),
    Sha512(Hmac<Sha512>),
    Public(PublicKey),
}

impl Key {
    pub(super) fn hs256(secret: &[u8]) -> Result<Self, KeyError> {
        Self::hmac(Algorithm::HS256, 32, secret, Prepared::Sha256)
    }

    pub(super) fn hs384(secret: &[u8]) -> Result<Self, KeyError> {
        Self::hmac(Algorithm::HS384, 48, secret, Prepared::Sha384)
    }

    pub(super) fn hs512(secret: &[u8]) -> Result<Self, KeyError> {
        Self::hmac(Algorithm::HS512, 64, secret, Prepared::Sha512)
    }

    fn hmac<M: KeyInit + Mac + Clone>(
        algorithm: Algorithm,
        least: usize,
        secret: &[u8],
        prepared: fn(M) -> Prepared,
    ) -> Result<Self, KeyError> {
        if let Some(form) = EncodedKey::of(secret) {
            let (what, instead) = form.name_and_hint();
            return Err(KeyError::new(format!("expected a secret of {algorithm}, found {what}: {instead}")));
        }
        let length = secret.len();
        if length < least {
            return Err(KeyError::new(format!(
                "the secret has {length} bytes, but {algorithm} requires at least {least} (RFC 7518 section 3.2): \
                 generate one with `openssl rand -hex {least}`"
            )));
        }
        let template = M::new_from_slice(secret).map_err(unusable)?;
        // Two secrets may be equivalent under one algorithm only: HMAC hashes a long secret first.
        let of_algorithm = template.clone().chain_update(PROBE).finalize().into_bytes().to_vec();
        let fingerprints = Box::new([trace(secret)?, Tag::new(of_algorithm)]);
        Ok(Self::new(algorithm, prepared(template), fingerprints))
    }

    fn new(algorithm: Algorithm, prepared: Prepared, fingerprints: Box<[Fingerprint]>) -> Self {
        Self {
            algorithm,
            id: None,
            #[cfg(feature = "oauth")]
            stated_issuer: None,
            #[cfg(feature = "oauth")]
            bound_to: None,
            algorithm_is_assumed: false,
            known: Known::default(),
            prepared,
            fingerprints,
        }
    }

    /// Returns the key for use with this algorithm, if it matches the key.
    pub(super) fn used_with(&self, algorithm: Algorithm) -> Option<Self> {
        match &self.prepared {
            Prepared::Public(key) if self.algorithm_is_assumed => {
                let used: Self = key.used_with(algorithm)?.into();
                Some(Self {
                    id: self.id.clone(),
                    #[cfg(feature = "oauth")]
                    bound_to: self.bound_to.clone(),
                    ..used
                })
            }
            _ => (self.algorithm == algorithm).then(|| self.clone()),
        }
    }

    /// Returns the thumbprint of a public key.
    #[cfg(feature = "oauth")]
    pub(super) fn thumbprint(&self) -> Option<super::Thumbprint> {
        match &self.prepared {
            Prepared::Public(key) => Some(key.thumbprint()),
            _ => None,
        }
    }

    /// Returns `true` if `signature` is this key's signature over `signed`. Compares in constant
    /// time.
    pub(super) fn verifies(&self, signed: &[u8], signature: &[u8]) -> bool {
        match &self.prepared {
            Prepared::Sha256(mac) => mac.clone().chain_update(signed).verify_slice(signature).is_ok(),
            Prepared::Sha384(mac) => mac.clone().chain_update(signed).verify_slice(signature).is_ok(),
            Prepared::Sha512(mac) => mac.clone().chain_update(signed).verify_slice(signature).is_ok(),
            Prepared::Public(key) => key.verifies(signed, signature),
        }
    }
}

impl From<PublicKey> for Key {
    fn from(key: PublicKey) -> Self {
        let (algorithm, fingerprints) = (key.algorithm, Box::new([Tag::new(key.bytes())]));
        Self::new(algorithm, Prepared::Public(key), fingerprints)
    }
}

/// The message whose MAC identifies a secret.
const PROBE: &[u8] = b"authgate: is it the same key?";

impl Key {
    pub(super) fn fingerprints(&self) -> &[Fingerprint] {
        &self.fingerprints
    }

    /// Returns `true` if both are the same key, regardless of id and algorithm.
    #[cfg(feature = "rotation")]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.fingerprints.iter().any(|trace| other.fingerprints.contains(trace))
    }
}

fn unusable<E>(_: E) -> KeyError {
    KeyError::new("the key cannot be used")
}

/// Returns the fingerprint of a secret, which does not depend on the algorithm. HMAC pads a secret
/// with zeros, so trailing zeros are removed first.
fn trace(secret: &[u8]) -> Result<Fingerprint, KeyError> {
    let end = secret.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mac = Hmac::<Sha256>::new_from_slice(secret.get(..end).unwrap_or_default());
    Ok(Tag::new(mac.map_err(unusable)?.chain_update(PROBE).finalize().into_bytes().to_vec()))
}

/// Formats the algorithm and the id, never the key material.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.algorithm)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, " {id:?}"))
    }
}
