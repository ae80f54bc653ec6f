//! One key, prepared once, and the check of one signature.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::header::Known;
use super::key_error::Problem;
use super::no_secret::NoSecret;
use super::public::PublicKey;
use super::{Algorithm, KeyError};
use crate::secret::Tag;

/// A key that can verify. Its algorithm is fixed here and never taken from a token (RFC 8725 section 3.1).
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) id: Option<Box<str>>,
    /// The headers of its tokens.
    pub(super) known: Known,
    prepared: Prepared,
    traces: Box<[Trace]>,
}

/// What a key is recognised by, under any id and for any algorithm: for a secret, what it makes of a message.
pub(super) type Trace = Tag<Vec<u8>>;

/// The key schedule or the prepared public key, so that a token costs the signature alone.
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
        if let Some(form) = NoSecret::of(secret) {
            return Err(Problem::NoSecret { algorithm, form }.into());
        }
        let length = secret.len();
        if length < least {
            return Err(Problem::Short { algorithm, length, least }.into());
        }
        let template = M::new_from_slice(secret).map_err(|_| Problem::Unusable)?;
        // A secret may equal another for one algorithm only: HMAC hashes a long one first.
        let of_algorithm = template.clone().chain_update(PROBE).finalize().into_bytes().to_vec();
        let traces = Box::new([trace(secret)?, Tag::new(of_algorithm)]);
        Ok(Self { algorithm, id: None, known: Known::default(), prepared: prepared(template), traces })
    }

    /// Whether `signature` is this key's over `signed`. Compares in constant time.
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
        let (algorithm, traces) = (key.algorithm, Box::new([Tag::new(key.bytes())]));
        Self { algorithm, id: None, known: Known::default(), prepared: Prepared::Public(key), traces }
    }
}

/// What two secrets are told apart by: what they make of a message.
const PROBE: &[u8] = b"authgate: is it the same key?";

impl Key {
    pub(super) fn traces(&self) -> &[Trace] {
        &self.traces
    }

    /// Whether the other is the same key, under whatever id and for whatever algorithm.
    #[cfg(feature = "rotation")]
    pub(super) fn is_same(&self, other: &Self) -> bool {
        self.traces.iter().any(|trace| other.traces.contains(trace))
    }
}

/// The same of one secret, whatever its algorithm. HMAC fills a secret up with zeros, so that those at its end tell nothing.
fn trace(secret: &[u8]) -> Result<Trace, KeyError> {
    let end = secret.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mac = Hmac::<Sha256>::new_from_slice(secret.get(..end).unwrap_or_default());
    Ok(Tag::new(mac.map_err(|_| Problem::Unusable)?.chain_update(PROBE).finalize().into_bytes().to_vec()))
}

/// The algorithm and the id; nothing of the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.algorithm)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, " {id:?}"))
    }
}
