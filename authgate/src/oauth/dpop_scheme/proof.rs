//! DPoP proofs (RFC 9449 section 4).

use std::fmt;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::Method;
use http::header::{HeaderName, HeaderValue};
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use sha2::{Digest as _, Sha256};

use super::nonce::NonceKey;
use super::origin::Origin;
use crate::jws::{Algorithm, Names, NumericDate, SelfSigned, Text, Thumbprint, once, read_json};

pub(super) const DPOP: HeaderName = HeaderName::from_static("dpop");

const TYPE: &str = "dpop+jwt";

/// The signature algorithms that this build verifies.
pub(super) const ALGORITHMS: &[Algorithm] = if cfg!(any(feature = "aws-lc", feature = "rust-crypto")) {
    &[Algorithm::ES256, Algorithm::EdDSA, Algorithm::RS256, Algorithm::PS256]
} else {
    &[Algorithm::EdDSA]
};

/// The names of [`ALGORITHMS`], as clients write them. Ed25519 has two (RFC 9864).
pub(in crate::oauth) const ALGORITHM_NAMES: &str = if cfg!(any(feature = "aws-lc", feature = "rust-crypto")) {
    "ES256 EdDSA Ed25519 RS256 PS256"
} else {
    "EdDSA Ed25519"
};

/// The time for which a proof without a nonce is accepted, in seconds (RFC 9449 section 11.1).
const WINDOW: u16 = 300;

/// The maximum length of a `jti`, in bytes (RFC 9449 section 11.1).
const LONGEST_ID: usize = 256;

/// A proof whose signature is verified. Its claims are not compared with the request yet.
pub(super) struct Proof {
    /// Identifies the key that signed it.
    pub(super) key: Thumbprint,
    id: Box<str>,
    method: Box<str>,
    url: Box<str>,
    issued: NumericDate,
    token_hash: Box<str>,
    nonce: Option<Box<str>>,
}

/// Why a proof is rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ProofError {
    /// The name of the failed check.
    Invalid(&'static str),
    /// The nonce is missing, unknown or has expired.
    Nonce,
}

/// A proof that is valid for its request, unless it is a replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Valid {
    /// Identifies the proof, for the store of used proofs.
    pub(super) replay_key: [u8; 32],
    /// The time after which the proof is never accepted.
    pub(super) until: SystemTime,
    /// `true` if the client needs a new nonce soon.
    pub(super) is_nonce_ending: bool,
}

/// The parts of a request that a proof must name.
#[derive(Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) origin: &'a Origin,
    pub(super) method: &'a Method,
    /// The path as it was sent.
    pub(super) path: &'a str,
    /// The hash of the access token.
    pub(super) token_hash: &'a str,
}

/// Returns the hash of an access token, as in `ath`.
pub(super) fn token_hash(token: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token))
}

impl Proof {
    /// Verifies the proof in the `DPoP` fields of a request, which must have exactly one.
    ///
    /// # Errors
    ///
    /// Returns the name of the failed check.
    pub(super) fn read(fields: &[HeaderValue]) -> Result<Self, &'static str> {
        match fields {
            [] => Err("missing proof"),
            // A proxy may join two fields with a comma, which is not allowed in a proof.
            [field] => Self::verify(field.as_bytes()),
            [..] => Err("two proofs"),
        }
    }

    /// Verifies the form and the signature of a proof.
    pub(super) fn verify(proof: &[u8]) -> Result<Self, &'static str> {
        let SelfSigned { key, payload } = SelfSigned::verify(proof, TYPE, ALGORITHMS)?;
        let claims = read_json(&payload, |json| json.deserialize_map(ReadClaims)).map_err(|_| "claims")?;
        let text = |claim: Option<Text<'_>>| Some(claim?.0.into());
        let id: Box<str> = text(claims.id).ok_or("jti")?;
        if id.is_empty() || id.len() > LONGEST_ID {
            return Err("jti");
        }
        Ok(Self {
            key,
            id,
            method: text(claims.method).ok_or("htm")?,
            url: text(claims.url).ok_or("htu")?,
            issued: claims.issued.ok_or("iat")?,
            token_hash: text(claims.token_hash).ok_or("ath")?,
            nonce: text(claims.nonce),
        })
    }

    /// Checks that the proof is for this request and fresh. With nonces, `iat` is not judged,
    /// because the clocks of clients are often wrong. Otherwise it must be within the window, and
    /// may be off by `leeway` seconds.
    ///
    /// # Errors
    ///
    /// Returns the first failed check.
    pub(super) fn check(
        &self,
        target: Target<'_>,
        nonces: Option<&NonceKey>,
        leeway: u16,
        now: SystemTime,
    ) -> Result<Valid, ProofError> {
        if *self.method != *target.method.as_str() {
            return Err(ProofError::Invalid("htm"));
        }
        if !target.origin.has(&self.url, target.path) {
            return Err(ProofError::Invalid("htu"));
        }
        if *self.token_hash != *target.token_hash {
            return Err(ProofError::Invalid("ath"));
        }
        let (until, is_nonce_ending) = match nonces {
            Some(key) => {
                let nonce = self.nonce.as_deref().and_then(|nonce| key.check(nonce, now));
                let nonce = nonce.ok_or(ProofError::Nonce)?;
                (nonce.until, nonce.is_ending)
            }
            None => (self.fresh_until(leeway, now).ok_or(ProofError::Invalid("iat"))?, false),
        };
        let replay_key = Sha256::new().chain_update(self.key.bytes()).chain_update(&*self.id).finalize();
        Ok(Valid { replay_key: replay_key.into(), until, is_nonce_ending })
    }

    /// Returns the time until which the proof is fresh, if it is fresh now.
    fn fresh_until(&self, leeway: u16, now: SystemTime) -> Option<SystemTime> {
        let (issued, at) = (self.issued, NumericDate::at(now));
        let is_fresh = issued <= at.plus(leeway) && at <= issued.plus(WINDOW).plus(leeway);
        // `iat` may have a fraction, which `time` drops.
        let lasts = Duration::from_secs(u64::from(WINDOW) + u64::from(leeway) + 1);
        issued.time().filter(|_| is_fresh)?.checked_add(lasts)
    }
}

/// Omits the claims.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proof").field("key", &self.key).finish_non_exhaustive()
    }
}

#[derive(Default)]
struct Claims<'de> {
    id: Option<Text<'de>>,
    method: Option<Text<'de>>,
    url: Option<Text<'de>>,
    issued: Option<NumericDate>,
    token_hash: Option<Text<'de>>,
    nonce: Option<Text<'de>>,
}

struct ReadClaims;

impl<'de> Visitor<'de> for ReadClaims {
    type Value = Claims<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the claims of a DPoP proof")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Claims<'de>, A::Error> {
        let (mut claims, mut others) = (Claims::default(), Names::new());
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "jti" => once(&mut claims.id, map.next_value()?)?,
                "htm" => once(&mut claims.method, map.next_value()?)?,
                "htu" => once(&mut claims.url, map.next_value()?)?,
                "iat" => once(&mut claims.issued, map.next_value()?)?,
                "ath" => once(&mut claims.token_hash, map.next_value()?)?,
                "nonce" => once(&mut claims.nonce, map.next_value()?)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    others.add(name)?;
                }
            }
        }
        Ok(claims)
    }
}

// The tests sign with ECDSA and RSA.
#[cfg(test)]
#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod tests;
