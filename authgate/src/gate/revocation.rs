//! Revocation of credentials after their request.

use super::Gate;
use crate::guard::{RunResult, caught, in_time};
use crate::right::{Context, Principal};

impl<P: Principal> Gate<P> {
    /// Returns `true` if the scheme can revoke the credential.
    pub(crate) fn looks_up_revocations(&self, scheme: usize, context: &Context) -> bool {
        let scheme = self.inner.schemes.get(scheme);
        scheme.is_some_and(|entry| caught(|| entry.scheme.revoked(context).is_some()).unwrap_or(true))
    }

    /// Returns `true` if the credential is revoked, or if its lookup panics. A lookup that exceeds
    /// the timeout decides nothing.
    pub(crate) async fn is_revoked(&self, scheme: usize, context: &Context) -> bool {
        let Some(entry) = self.inner.schemes.get(scheme) else { return true };
        let Some(lookup) = caught(|| entry.scheme.revoked(context)) else { return true };
        let Some(lookup) = lookup else { return false };
        match in_time(lookup, self.inner.timeout).await {
            RunResult::Completed(is_revoked) => is_revoked,
            RunResult::Panicked => true,
            RunResult::TimedOut => false,
        }
    }
}
