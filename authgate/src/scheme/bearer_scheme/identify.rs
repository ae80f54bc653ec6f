//! Verifies the token of a request.

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::Bearer;
use super::revocation::RevocationStatus;
use crate::credentials::RequestCredentials;
use crate::right::{Context, CredentialError, SchemeName};
use crate::scheme::{Answer, Identity, Outcome, RevocationLookup};

impl<C> Bearer<C> {
    /// Returns the presented token, or an empty slice.
    pub(super) fn token<'a>(presented: &RequestCredentials<'a>) -> &'a [u8] {
        presented.authorization().credential_of(Self::NAME).unwrap_or_default()
    }

    /// Verifies the token at the time `now`. Rejects it if its principal has no name.
    pub(super) fn verified<P: DeserializeOwned>(
        &self,
        token: &[u8],
        now: impl FnOnce() -> SystemTime,
        is_named: impl FnOnce(&P) -> bool,
    ) -> Result<(P, Context), CredentialError> {
        let verified = self.verifier.verify::<P>(token, now);
        let verified = verified.and_then(|verified| {
            if is_named(&verified.0) { Ok(verified) } else { Err(CredentialError::Malformed) }
        });
        verified.inspect_err(|fault| self.verifier.log_cause::<P>(token, *fault))
    }

    pub(super) fn identify<P: DeserializeOwned + Send + Sync + 'static>(
        &self,
        presented: &RequestCredentials<'_>,
        is_named: impl FnOnce(&P) -> bool,
    ) -> Answer<P> {
        let token = Self::token(presented);
        match self.verified(token, SystemTime::now, is_named) {
            Ok((principal, context)) => self.unless_revoked(principal, context),
            Err(fault) => Outcome::Rejected(self.verifier.fault_for(presented, token, fault)).into(),
        }
    }

    /// Looks up whether a token was revoked after its request.
    pub(in crate::scheme) fn revocation_lookup(&self, context: &Context) -> Option<RevocationLookup> {
        let (revocations, context) = (Arc::clone(self.revocations.as_ref()?), context.clone());
        Some(Box::pin(async move {
            match revocations.dyn_status(&context).await {
                RevocationStatus::Revoked | RevocationStatus::WithoutId => true,
                RevocationStatus::Good | RevocationStatus::Unavailable => false,
            }
        }))
    }

    /// Checks for revocation, after all other checks have passed.
    pub(super) fn unless_revoked<P: Send + 'static>(&self, principal: P, context: Context) -> Answer<P> {
        let Some(revocations) = &self.revocations else {
            return Outcome::Authenticated(Identity::new(principal, context)).into();
        };
        match revocations.dyn_status_now(&context) {
            Some(status) => status.verdict(Identity::new(principal, context)).into(),
            None => {
                let revocations = Arc::clone(revocations);
                Answer::pending(async move {
                    let status = revocations.dyn_status(&context).await;
                    status.verdict(Identity::new(principal, context))
                })
            }
        }
    }
}
