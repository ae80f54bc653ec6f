//! Finds the key that is missing to verify a token of an issuer with fetched keys.

use std::sync::Arc;

use super::key_set::{KeySet, MissingKey, NextStep};
use crate::jws::Keys;
use crate::jws::claims::unverified_issuer;
use crate::jws::compact::{Compact, decoded};
use crate::jws::header::Header;
use crate::jws::verifier::Verifier;
use crate::right::CredentialError;

/// Returns why the keys do not verify a token with this header.
pub(super) fn missing_key(keys: &Keys, header: &Header<'_>) -> MissingKey {
    if keys.is_empty() {
        MissingKey::All
    } else if keys.candidates(header.algorithm, header.key_id.as_deref()).next().is_none() {
        MissingKey::Unknown
    } else {
        MissingKey::WrongSignature
    }
}

impl Verifier {
    /// Decides about a token that was rejected with `fault`. The current keys of its issuer may
    /// lack its key. The token is not verified, so its `iss` only selects among the configured
    /// issuers.
    #[cold]
    #[inline(never)]
    pub(crate) fn next_step(&self, token: &[u8], fault: CredentialError) -> NextStep {
        if fault != CredentialError::Rejected {
            return NextStep::Reject;
        }
        self.missing_key(token).map_or(NextStep::Reject, |(set, missing)| set.next_step(missing))
    }

    fn missing_key(&self, token: &[u8]) -> Option<(Arc<KeySet>, MissingKey)> {
        let issuers = self.issuers.now();
        if !issuers.has_remote {
            // The payload of a forged token is not decoded.
            return None;
        }
        let compact = Compact::split(token).ok()?;
        compact.check().ok()?;
        let issuer = decoded(compact.payload, |payload| Ok(issuers.named(&unverified_issuer(payload)?)));
        let issuer = issuer.ok()??;
        let set = issuer.key_set()?;
        let missing = decoded(compact.header, |json| {
            let header = Header::read(json)?;
            Ok(self.token_type.takes(&header).then(|| missing_key(&issuer.keys.now(), &header)))
        });
        Some((Arc::clone(set), missing.ok()??))
    }
}
