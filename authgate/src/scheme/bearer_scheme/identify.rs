//! Verifies the token of a request.

use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::Bearer;
use crate::credentials::RequestCredentials;
use crate::right::SchemeName;
use crate::scheme::token_check::CompletePrincipal;
use crate::scheme::{Answer, Identity};

impl<C> Bearer<C> {
    /// Returns the presented token, or an empty slice.
    pub(super) fn token<'a>(presented: &RequestCredentials<'a>) -> &'a [u8] {
        presented.authorization().credential_of(Self::NAME).unwrap_or_default()
    }

    pub(super) fn identify<P: DeserializeOwned + Send + Sync + 'static>(
        &self,
        presented: &RequestCredentials<'_>,
        complete: impl CompletePrincipal<P>,
    ) -> Answer<P> {
        let token = Self::token(presented);
        match self.check.verified(token, SystemTime::now, complete) {
            Ok((principal, context)) => self.check.unless_revoked(token, Identity::new(principal, context)),
            Err(fault) => self.check.after_fault(token, presented.is_for_several_gates(), fault, complete),
        }
    }
}
