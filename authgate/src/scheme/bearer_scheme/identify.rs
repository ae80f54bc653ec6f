//! Verifies the token of a request.

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::Bearer;
use crate::credentials::RequestCredentials;
use crate::log::rejected;
use crate::right::{Context, CredentialError, DynRevocations, RevocationStatus, SchemeName};
use crate::scheme::{Answer, Identity, Outcome};

impl<C> Bearer<C> {
    /// Returns the presented token, or an empty slice.
    pub(super) fn token<'a>(presented: &RequestCredentials<'a>) -> &'a [u8] {
        presented.authorization().credential_of(Self::NAME).unwrap_or_default()
    }

    /// Verifies the token at the time `now`. `complete` completes the principal, and rejects it if
    /// it has no name.
    pub(super) fn verified<P: DeserializeOwned>(
        &self,
        token: &[u8],
        now: impl FnOnce() -> SystemTime,
        complete: impl FnOnce(&mut P, &Context) -> bool,
    ) -> Result<(P, Context), CredentialError> {
        let mut verified = self.verifier.verify::<P>(token, now)?;
        if complete(&mut verified.0, &verified.1) { Ok(verified) } else { Err(CredentialError::Malformed) }
    }

    /// Returns the outcome for a rejected token, and logs the cause.
    pub(super) fn rejected<P: DeserializeOwned>(
        &self,
        presented: &RequestCredentials<'_>,
        token: &[u8],
        fault: CredentialError,
    ) -> Answer<P> {
        let fault = self.verifier.fault_for(presented, token, fault);
        self.verifier.log_cause::<P>(token, fault);
        Outcome::Rejected(fault).into()
    }

    pub(super) fn identify<P: DeserializeOwned + Send + Sync + 'static>(
        &self,
        presented: &RequestCredentials<'_>,
        complete: impl FnOnce(&mut P, &Context) -> bool,
    ) -> Answer<P> {
        let token = Self::token(presented);
        match self.verified(token, SystemTime::now, complete) {
            Ok((principal, context)) => self.unless_revoked(principal, context),
            Err(fault) => self.rejected(presented, token, fault),
        }
    }

    /// Checks for revocation, after all other checks have passed.
    pub(super) fn unless_revoked<P: Send + 'static>(&self, principal: P, context: Context) -> Answer<P> {
        match &self.revocations {
            None => Outcome::Authenticated(Identity::new(principal, context)).into(),
            Some(revocations) => looked_up(Arc::clone(revocations), principal, context),
        }
    }
}

#[inline(never)]
fn looked_up<P: Send + 'static>(
    revocations: Arc<dyn DynRevocations>,
    principal: P,
    context: Context,
) -> Answer<P> {
    match revocations.dyn_status_now(&context) {
        Some(status) => outcome(status, principal, context, revocations).into(),
        None => Answer::pending(async move {
            let status = revocations.dyn_status(&context).await;
            outcome(status, principal, context, revocations)
        }),
    }
}

fn outcome<P>(
    status: RevocationStatus,
    principal: P,
    context: Context,
    revocations: Arc<dyn DynRevocations>,
) -> Outcome<P> {
    match status {
        RevocationStatus::Good => {
            Outcome::Authenticated(Identity::new(principal, context.checked_with(revocations)))
        }
        RevocationStatus::Revoked => Outcome::Rejected(CredentialError::Revoked),
        RevocationStatus::WithoutId => {
            rejected(Bearer::<()>::NAME, "token id, which revocation needs");
            Outcome::Rejected(CredentialError::Malformed)
        }
        RevocationStatus::Unavailable => Outcome::Unavailable,
    }
}
