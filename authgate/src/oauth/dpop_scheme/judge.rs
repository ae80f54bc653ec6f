//! Checks the proof that comes with a verified token.

use std::sync::Arc;
use std::time::SystemTime;

use http::header::{CACHE_CONTROL, HeaderName, HeaderValue};
use http::{Method, Uri};

use super::nonce::NonceKey;
use super::origin::Origin;
use super::proof::{DPOP, Proof, ProofError, Target, token_hash};
use super::{NAME, NONCE_FIELD};
use crate::credentials::RequestCredentials;
use crate::log::{Causes, Limit, rejected};
use crate::right::CredentialError;
use crate::scheme::{DynOnce, Identity, Outcome};

/// The settings that proofs are checked against. A request that waits for the store of used proofs
/// shares them.
#[derive(Clone, Default)]
pub(super) struct Judge {
    pub(super) origin: Option<Origin>,
    pub(super) nonces: Option<NonceKey>,
    pub(super) used: Option<Arc<dyn DynOnce>>,
    /// The allowed clock skew of clients without a nonce, in seconds.
    pub(super) leeway: u16,
}

/// The parts of a request that concern its proof.
pub(super) struct Sent {
    /// The first two `DPoP` fields.
    fields: Vec<HeaderValue>,
    method: Method,
    /// The target as it was sent.
    target: Uri,
    token_hash: String,
}

impl Sent {
    pub(super) fn of(presented: &RequestCredentials<'_>, token: &[u8]) -> Self {
        Self {
            fields: presented.headers().get_all(DPOP).iter().take(2).cloned().collect(),
            method: presented.method().clone(),
            target: presented.uri().clone(),
            token_hash: token_hash(token),
        }
    }
}

impl Judge {
    /// Returns the field with the current nonce.
    pub(super) fn nonce_field(&self) -> Option<(HeaderName, HeaderValue)> {
        let nonce = self.nonces.as_ref()?.nonce(SystemTime::now());
        Some((NONCE_FIELD, HeaderValue::try_from(nonce).ok()?))
    }

    /// Checks the proof for a caller whose token is verified: the signature, the key, the request,
    /// the nonce, and last that the proof was not used before.
    pub(super) async fn judge<P>(&self, sent: Sent, identity: Identity<P>) -> Outcome<P> {
        let proof = match Proof::read(&sent.fields) {
            Ok(proof) => proof,
            Err(check) => return invalid(check),
        };
        if identity.context.bound_key() != Some(proof.key.bytes()) {
            rejected(NAME, "key of the token");
            return Outcome::Rejected(CredentialError::Rejected);
        }
        let Some(origin) = &self.origin else { return Outcome::Unavailable };
        let target =
            Target { origin, method: &sent.method, path: sent.target.path(), token_hash: &sent.token_hash };
        let valid = match proof.check(target, self.nonces.as_ref(), self.leeway, SystemTime::now()) {
            Ok(valid) => valid,
            Err(ProofError::Invalid(check)) => return invalid(check),
            Err(ProofError::Nonce) => {
                rejected(NAME, "nonce");
                return Outcome::Rejected(CredentialError::ProofNonceMissing);
            }
        };
        if let Some(used) = &self.used {
            match used.dyn_first(&valid.replay_key, valid.until).await {
                Ok(true) => {}
                Ok(false) => return invalid("replay"),
                Err(error) => {
                    log_failure(&error);
                    return Outcome::Unavailable;
                }
            }
        }
        let nonce = if valid.is_nonce_ending { self.nonce_field() } else { None };
        Outcome::Authenticated(match nonce {
            None => identity,
            Some((name, nonce)) => identity.on_response(move |headers| {
                headers.insert(name, nonce);
                // A cached response would bring the nonce back when it has expired.
                headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
            }),
        })
    }
}

/// Logs the failed check, and rejects the proof.
fn invalid<P>(check: &'static str) -> Outcome<P> {
    rejected(NAME, check);
    Outcome::Rejected(CredentialError::ProofInvalid)
}

fn log_failure(error: &(dyn std::error::Error + 'static)) {
    static LIMIT: Limit = Limit::new();
    if LIMIT.allows_one() {
        let error = Causes(error);
        tracing::error!(target: "authgate::gate", scheme = NAME, %error, "the store of used proofs failed");
    }
}
