//! One key, prepared once, and the check of one signature.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Sha256, Sha384, Sha512};

use super::header::Known;
use super::key_error::Problem;
use super::no_secret::NoSecret;
use super::public::PublicKey;
use super::{Algorithm, KeyError};

/// A key that can verify. Its algorithm is fixed here and never taken from a token (RFC 8725 section 3.1).
#[derive(Clone)]
pub(super) struct Key {
    pub(super) algorithm: Algorithm,
    pub(super) id: Option<Box<str>>,
    /// The headers of its tokens.
    pub(super) known: Known,
    prepared: Prepared,
    /// What tells that a secret is another algorithm's, too.
    trace: Option<[u8; 32]>,
}

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

    fn hmac<M: KeyInit>(
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
        let (known, prepared, trace) = (Known::default(), prepared(template), Some(trace(secret)?));
        Ok(Self { algorithm, id: None, known, prepared, trace })
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
        let (algorithm, prepared) = (key.algorithm, Prepared::Public(key));
        Self { algorithm, id: None, known: Known::default(), prepared, trace: None }
    }
}

/// What two secrets are told apart by: what they make of a message.
const PROBE: &[u8] = b"authgate: is it the same key?";

impl Key {
    /// Whether the other is the same key, under whatever id and for whatever algorithm.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        match (&self.prepared, &other.prepared) {
            (Prepared::Sha256(one), Prepared::Sha256(other)) => same_secret(one, other),
            (Prepared::Sha384(one), Prepared::Sha384(other)) => same_secret(one, other),
            (Prepared::Sha512(one), Prepared::Sha512(other)) => same_secret(one, other),
            (Prepared::Public(one), Prepared::Public(other)) => one.is_same(other),
            _ => self.trace.is_some() && self.trace == other.trace,
        }
    }
}

/// The same of one secret, whatever its algorithm. HMAC fills a secret up with zeros, so that those at its end tell nothing.
fn trace(secret: &[u8]) -> Result<[u8; 32], KeyError> {
    let end = secret.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    let mac = Hmac::<Sha256>::new_from_slice(secret.get(..end).unwrap_or_default());
    Ok(mac.map_err(|_| Problem::Unusable)?.chain_update(PROBE).finalize().into_bytes().into())
}

fn same_secret<M: Mac + Clone>(one: &M, other: &M) -> bool {
    let made = |mac: &M| mac.clone().chain_update(PROBE).finalize();
    made(one) == made(other)
}

/// The algorithm and the id; nothing of the key.
impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.algorithm)?;
        self.id.as_ref().map_or(Ok(()), |id| write!(f, " {id:?}"))
    }
}
