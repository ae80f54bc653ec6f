use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use super::{Revocations, Standing};
use crate::Context;
use crate::jws::Leeway;

/// Ids (`jti`) of tokens that were taken back, in memory, each until its token has ended.
///
/// A clone is the same list: keep one to add to what the scheme goes by. What is added holds for every request that comes
/// after it. A token without an id could never be taken back, and is refused: 401 `credentials_malformed`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use authgate::scheme::bearer::RevokedIds;
/// # use authgate::scheme::{Bearer, Keys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let keys = Keys::hs256("a secret of at least 32 bytes, from a vault")?;
/// let revoked = RevokedIds::new();
/// let bearer = Bearer::jwt(keys)
///     .issuer("https://issuer.example")
///     .audience("https://api.example")
///     .revoked_by(revoked.clone());
///
/// // Where somebody signs out: `caller.context().token_id()`, and its `expires_at()`.
/// revoked.revoke("id-1", SystemTime::now() + Duration::from_secs(600));
/// # assert_eq!(revoked.len(), 1);
/// # Ok(()) }
/// ```
///
/// It takes about 100 bytes for an id of usual length, from when it is added to when its token has ended, and belongs to one
/// process: where several serve, or where one that starts anew has to know what was taken back before, ask a database, by
/// [`Revocations`].
#[derive(Clone, Default)]
pub struct RevokedIds {
    inner: Arc<RwLock<Listed>>,
}

#[derive(Default)]
struct Listed {
    /// With the token's end.
    ids: HashMap<Box<str>, SystemTime>,
    /// At how many ids those are looked for whose tokens have ended, so that adding stays cheap.
    sweep_at: usize,
}

/// Fewer are not worth looking through.
const FEW: usize = 1024;

impl RevokedIds {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes back the token of this id, which ends by itself at `end` (its `exp`, [`Context::expires_at`]); for a token that
    /// never ends, a time that is far away. An end that is earlier than one said before changes nothing.
    pub fn revoke(&self, id: impl Into<Box<str>>, end: SystemTime) {
        let mut listed = self.write();
        let until = listed.ids.entry(id.into()).or_insert(end);
        *until = end.max(*until);
        if listed.ids.len() >= listed.sweep_at.max(FEW) {
            listed.sweep(SystemTime::now());
        }
    }

    /// Forgets the ids whose tokens have ended. It happens by itself, too, whenever the list has doubled.
    pub fn forget_ended(&self) {
        self.write().sweep(SystemTime::now());
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.read().ids.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn read(&self) -> RwLockReadGuard<'_, Listed> {
        self.inner.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Listed> {
        self.inner.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn look_up(&self, context: &Context) -> Standing {
        match context.token_id() {
            None => Standing::WithoutId,
            Some(id) if self.read().ids.contains_key(id) => Standing::Revoked,
            Some(_) => Standing::Good,
        }
    }
}

impl Listed {
    fn sweep(&mut self, now: SystemTime) {
        // A verifier takes a token for as long as the clocks may be apart; a second more for the fraction of its end.
        let kept = Duration::from_secs(u64::from(Leeway::MOST) + 1);
        self.ids.retain(|_, end| end.checked_add(kept).is_none_or(|gone| now < gone));
        self.sweep_at = self.ids.len().saturating_mul(2);
        self.ids.shrink_to(self.sweep_at.max(FEW));
    }
}

impl Revocations for RevokedIds {
    fn standing(&self, context: &Context) -> impl Future<Output = Standing> + Send {
        ready(self.look_up(context))
    }

    fn standing_at_once(&self, context: &Context) -> Option<Standing> {
        Some(self.look_up(context))
    }

    fn never_waits(&self) -> bool {
        true
    }
}

/// Prints how many there are.
impl fmt::Debug for RevokedIds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevokedIds").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(revoked: &RevokedIds, id: &str) -> Standing {
        revoked.look_up(&Context::of("Bearer").with_token_id(Arc::from(id)))
    }

    fn ago(seconds: u64) -> SystemTime {
        SystemTime::now() - Duration::from_secs(seconds)
    }

    #[test]
    fn an_id_is_kept_until_no_verifier_takes_its_token() {
        let revoked = RevokedIds::new();
        revoked.revoke("ended", ago(u64::from(Leeway::MOST) + 10));
        revoked.revoke("in leeway", ago(u64::from(Leeway::MOST) - 10));
        revoked.forget_ended();
        assert_eq!(standing(&revoked, "ended"), Standing::Good);
        assert_eq!(standing(&revoked, "in leeway"), Standing::Revoked);
    }

    #[test]
    fn an_earlier_end_does_not_bring_a_token_back() {
        let revoked = RevokedIds::new();
        revoked.revoke("a", SystemTime::now() + Duration::from_secs(60));
        revoked.revoke("a", ago(3600));
        revoked.forget_ended();
        assert_eq!(standing(&revoked, "a"), Standing::Revoked);
    }

    #[test]
    fn a_token_without_an_id_is_not_good() {
        assert_eq!(RevokedIds::new().look_up(&Context::of("Bearer")), Standing::WithoutId);
    }

    /// Nobody calls `forget_ended` here.
    #[test]
    fn the_list_does_not_grow_with_tokens_that_have_ended() {
        let revoked = RevokedIds::new();
        let kept = SystemTime::now() + Duration::from_secs(3600);
        for number in 0..20 * FEW {
            let end = if number % 100 == 0 { kept } else { ago(3600) };
            revoked.revoke(format!("id-{number}"), end);
            assert!(revoked.len() <= 2 * FEW);
        }
        assert_eq!(standing(&revoked, "id-0"), Standing::Revoked);
        assert_eq!(standing(&revoked, "id-100"), Standing::Revoked);
    }
}
