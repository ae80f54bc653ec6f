use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, SystemTime};

use super::{RevocationStatus, Revocations};
use crate::jws::Leeway;
use crate::right::Context;

/// An in-memory set of the ids (`jti`) of revoked tokens. It keeps each id until the token expires.
///
/// Clones share the set: keep a clone to revoke tokens at run time. A revocation applies to all
/// later requests. A token without an id could never be revoked, so it is rejected with 401
/// `credentials_malformed`.
///
/// An id of the usual length takes about 100 bytes. The set belongs to one process and is lost on
/// restart. For several processes, or for revocations that must survive a restart, implement
/// [`Revocations`] with a database.
///
/// The set relies on the system clock. If the clock is set back, an expired token whose id was
/// dropped becomes valid again.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::scheme::bearer::RevokedIds;
/// use authgate::scheme::{Bearer, Keys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let revoked = RevokedIds::new();
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://issuer.example")
///     .audience("https://api.example")
///     .revoked_by(revoked.clone());
///
/// // At sign-out: `caller.context().token_id()`, and its `expires_at()`.
/// revoked.revoke("id-1", SystemTime::now() + Duration::from_secs(600));
/// assert_eq!(revoked.len(), 1);
/// # Ok(()) }
/// ```
#[derive(Clone, Default)]
pub struct RevokedIds {
    ids: Arc<RwLock<Ids>>,
}

#[derive(Default)]
struct Ids {
    /// Maps each id to the time after which no verifier accepts its token.
    kept_until: HashMap<Box<str>, SystemTime>,
    /// The number of ids that triggers the next sweep.
    sweep_at: usize,
}

/// A smaller set is not swept.
const FEW: usize = 1024;

impl RevokedIds {
    /// Creates an empty set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Revokes the token with this id. `end` is the expiry of the token (`exp`,
    /// [`Context::expires_at`]).
    ///
    /// For a token without an expiry, pass a time far in the future. If the id is already in the
    /// set, the later of both times counts.
    ///
    /// Drops the ids of expired tokens whenever the set has doubled in size, so the set has at most
    /// about twice as many ids as there are revoked tokens that have not expired.
    pub fn revoke(&self, id: impl Into<Box<str>>, end: SystemTime) {
        // A verifier accepts tokens within the leeway. The extra second covers fractional expiry
        // times.
        let kept = Duration::from_secs(u64::from(Leeway::MOST) + 1);
        let until = end.checked_add(kept).unwrap_or(end);
        let mut ids = self.ids.write().unwrap_or_else(PoisonError::into_inner);
        let Ids { kept_until, sweep_at } = &mut *ids;
        kept_until.entry(id.into()).and_modify(|known| *known = until.max(*known)).or_insert(until);
        if kept_until.len() >= (*sweep_at).max(FEW) {
            let now = SystemTime::now();
            kept_until.retain(|_, until| now < *until);
            *sweep_at = kept_until.len().saturating_mul(2);
            kept_until.shrink_to((*sweep_at).max(FEW));
        }
    }

    /// Returns the number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.read().unwrap_or_else(PoisonError::into_inner).kept_until.len()
    }

    /// Returns `true` if the set has no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn look_up(&self, context: &Context) -> RevocationStatus {
        let Some(id) = context.token_id() else { return RevocationStatus::WithoutId };
        let ids = self.ids.read().unwrap_or_else(PoisonError::into_inner);
        if ids.kept_until.contains_key(id) { RevocationStatus::Revoked } else { RevocationStatus::Good }
    }
}

impl Revocations for RevokedIds {
    async fn status(&self, context: &Context) -> RevocationStatus {
        self.look_up(context)
    }

    fn status_now(&self, context: &Context) -> Option<RevocationStatus> {
        Some(self.look_up(context))
    }
}

/// Prints the number of ids.
impl fmt::Debug for RevokedIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokedIds").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(revoked: &RevokedIds, id: &str) -> RevocationStatus {
        revoked.look_up(&Context::of("Bearer").with_token_id(Arc::from(id)))
    }

    fn ago(seconds: u64) -> SystemTime {
        SystemTime::now() - Duration::from_secs(seconds)
    }

    /// Adds ids until the set is swept.
    fn fill(revoked: &RevokedIds) {
        (0..FEW).for_each(|number| revoked.revoke(format!("id-{number}"), ago(3600)));
    }

    #[test]
    fn keeps_an_id_until_its_token_expires_with_maximum_leeway() {
        let revoked = RevokedIds::new();
        revoked.revoke("expired", ago(u64::from(Leeway::MOST) + 10));
        revoked.revoke("in leeway", ago(u64::from(Leeway::MOST) - 10));
        fill(&revoked);
        assert_eq!(status(&revoked, "expired"), RevocationStatus::Good);
        assert_eq!(status(&revoked, "in leeway"), RevocationStatus::Revoked);
    }

    #[test]
    fn an_earlier_expiry_does_not_shorten_a_revocation() {
        let revoked = RevokedIds::new();
        revoked.revoke("a", SystemTime::now() + Duration::from_secs(60));
        revoked.revoke("a", ago(3600));
        fill(&revoked);
        assert_eq!(status(&revoked, "a"), RevocationStatus::Revoked);
    }

    #[test]
    fn token_without_jti_has_status_without_id() {
        assert_eq!(RevokedIds::new().look_up(&Context::of("Bearer")), RevocationStatus::WithoutId);
    }

    #[test]
    #[cfg_attr(miri, ignore = "takes minutes in Miri")]
    fn does_not_grow_with_expired_tokens() {
        let revoked = RevokedIds::new();
        let kept = SystemTime::now() + Duration::from_secs(3600);
        for number in 0..20_000 {
            let end = if number % 100 == 0 { kept } else { ago(3600) };
            revoked.revoke(format!("id-{number}"), end);
        }
        assert!(revoked.len() <= 2 * FEW, "{}", revoked.len());
        for number in (0..20_000).step_by(100) {
            assert_eq!(status(&revoked, &format!("id-{number}")), RevocationStatus::Revoked, "{number}");
        }
    }
}
