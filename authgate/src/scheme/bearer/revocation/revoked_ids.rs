use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use super::{Revocations, Standing};
use crate::jws::Leeway;
use crate::right::Context;

/// An in-memory list of the ids (`jti`) of revoked tokens. It keeps each id until the token
/// expires.
///
/// Clones share the list: keep a clone to revoke tokens at run time. A revocation applies to all
/// later requests. A token without an id could never be revoked, so it is rejected with 401
/// `credentials_malformed`.
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
/// // At sign-out: `caller.context().token_id()`, and its `expires_at()`.
/// revoked.revoke("id-1", SystemTime::now() + Duration::from_secs(600));
/// # assert_eq!(revoked.len(), 1);
/// # Ok(()) }
/// ```
///
/// If the clock is set back, an expired token may become valid again after the list has dropped its
/// id. Tokens that expire no later than the last dropped id are then denied with 503 `undecided`.
///
/// An id of the usual length takes about 100 bytes until its token expires. The list belongs to one
/// process and is lost on restart. For several processes, or for revocations that must survive a
/// restart, implement [`Revocations`] with a database.
#[derive(Clone)]
pub struct RevokedIds {
    inner: Arc<Inner>,
}

const SHARDS: usize = 64;

/// Sharded, so that a request waits for the sweep of at most one shard.
struct Inner {
    shards: [RwLock<Listed>; SHARDS],
    by: RandomState,
}

#[derive(Default)]
struct Listed {
    /// Maps each id to the expiry of its token.
    ids: HashMap<Box<str>, SystemTime>,
    /// The number of ids that triggers the next sweep for expired tokens. It keeps adding cheap.
    sweep_at: usize,
    /// The latest expiry among the dropped ids.
    forgotten_to: Option<SystemTime>,
}

/// A shard with fewer ids is not swept.
const FEW: usize = 16;

impl Default for RevokedIds {
    fn default() -> Self {
        let shards = std::array::from_fn(|_| RwLock::default());
        Self { inner: Arc::new(Inner { shards, by: RandomState::new() }) }
    }
}

impl RevokedIds {
    /// Creates an empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Revokes the token with this id. `end` is the expiry of the token (`exp`,
    /// [`Context::expires_at`]).
    ///
    /// For a token without an expiry, pass a time far in the future. If the id is already in the
    /// list, the later of both times counts.
    pub fn revoke(&self, id: impl Into<Box<str>>, end: SystemTime) {
        let id = id.into();
        let mut listed = write(self.shard(&id));
        let until = listed.ids.entry(id).or_insert(end);
        *until = end.max(*until);
        if listed.ids.len() >= listed.sweep_at.max(FEW) {
            listed.sweep(SystemTime::now());
        }
    }

    /// Drops the ids of expired tokens. This also happens automatically, whenever a shard has
    /// doubled in size.
    pub fn forget_ended(&self) {
        let now = SystemTime::now();
        self.inner.shards.iter().for_each(|shard| write(shard).sweep(now));
    }

    /// Returns the number of ids.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.shards.iter().map(|shard| read(shard).ids.len()).sum()
    }

    /// Returns `true` if the list has no ids.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, id: &str) -> &RwLock<Listed> {
        let Inner { shards, by } = &*self.inner;
        let [first, ..] = shards;
        let number = usize::try_from(by.hash_one(id) % SHARDS as u64);
        number.ok().and_then(|number| shards.get(number)).unwrap_or(first)
    }

    fn look_up(&self, context: &Context) -> Standing {
        let Some(id) = context.token_id() else { return Standing::WithoutId };
        let listed = read(self.shard(id));
        if listed.ids.contains_key(id) {
            Standing::Revoked
        } else if context.expires_at().is_some_and(|end| listed.has_forgotten(end)) {
            // The token had expired and is valid again because the clock was set back.
            Standing::Undecided
        } else {
            Standing::Good
        }
    }
}

fn read(shard: &RwLock<Listed>) -> RwLockReadGuard<'_, Listed> {
    shard.read().unwrap_or_else(PoisonError::into_inner)
}

fn write(shard: &RwLock<Listed>) -> RwLockWriteGuard<'_, Listed> {
    shard.write().unwrap_or_else(PoisonError::into_inner)
}

impl Listed {
    fn sweep(&mut self, now: SystemTime) {
        // A verifier accepts tokens within the leeway. The extra second covers fractional expiry
        // times.
        let kept = Duration::from_secs(u64::from(Leeway::MOST) + 1);
        let Self { ids, forgotten_to, .. } = self;
        ids.retain(|_, end| {
            let stays = end.checked_add(kept).is_none_or(|gone| now < gone);
            if !stays {
                *forgotten_to = Some(*end).max(*forgotten_to);
            }
            stays
        });
        self.sweep_at = self.ids.len().saturating_mul(2);
        self.ids.shrink_to(self.sweep_at.max(FEW));
    }

    fn has_forgotten(&self, end: SystemTime) -> bool {
        Some(end) <= self.forgotten_to
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

/// Prints the number of ids.
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

    /// If the clock is set back, an expired token becomes valid again and may have been revoked.
    #[test]
    fn nobody_knows_of_a_token_whose_id_would_be_forgotten() {
        let revoked = RevokedIds::new();
        let now = SystemTime::now();
        let ends = |end| {
            let context = Context::of("Bearer").with_token_id(Arc::from("a")).with_expires_at(end);
            revoked.look_up(&context)
        };
        let sweep = |at| write(revoked.shard("a")).sweep(at);
        let kept = Duration::from_secs(u64::from(Leeway::MOST) + 1);
        let second = Duration::from_secs(1);
        sweep(now + 100 * kept);
        assert_eq!(ends(now), Standing::Good, "nothing was forgotten");
        revoked.revoke("a", now);
        sweep(now + kept - second);
        assert_eq!(ends(now), Standing::Revoked);
        sweep(now + kept);
        assert!(revoked.is_empty());
        // Other tokens with these expiry times are affected too, since the dropped ids are unknown.
        assert_eq!([ends(now - second), ends(now)], [Standing::Undecided; 2]);
        assert_eq!(ends(now + second), Standing::Good);
        // Neither dropping an earlier id later nor adding an id after the clock was set back
        // changes this.
        revoked.revoke("a", now - second);
        sweep(now - 2 * second);
        assert_eq!(ends(now), Standing::Revoked);
        sweep(now + kept);
        assert_eq!(ends(now), Standing::Undecided);
    }

    /// The ids are spread over the shards, and each id is found again.
    #[test]
    #[cfg_attr(miri, ignore = "takes minutes there")]
    fn each_is_in_one_shard() {
        let revoked = RevokedIds::new();
        let end = SystemTime::now() + Duration::from_secs(3600);
        (0..10_000).for_each(|number| revoked.revoke(format!("id-{number}"), end));
        assert_eq!(revoked.len(), 10_000);
        assert!((0..10_000).all(|number| standing(&revoked, &format!("id-{number}")) == Standing::Revoked));
        assert_eq!(standing(&revoked, "id-10000"), Standing::Good);
        let most = revoked.inner.shards.iter().map(|shard| read(shard).ids.len()).max();
        assert!(most < Some(300), "{most:?}");
        // Adding the next id does not trigger a sweep in most shards.
        let is_roomy = |shard: &RwLock<Listed>| read(shard).ids.len() < read(shard).sweep_at.max(FEW);
        assert!(revoked.inner.shards.iter().filter(|shard| is_roomy(shard)).count() > SHARDS / 2);
    }

    #[test]
    fn a_token_without_an_id_is_not_good() {
        assert_eq!(RevokedIds::new().look_up(&Context::of("Bearer")), Standing::WithoutId);
    }

    /// No call of `forget_ended` here.
    #[test]
    #[cfg_attr(miri, ignore = "takes minutes there")]
    fn the_list_does_not_grow_with_tokens_that_have_ended() {
        let revoked = RevokedIds::new();
        let kept = SystemTime::now() + Duration::from_secs(3600);
        for number in 0..20_000 {
            let end = if number % 100 == 0 { kept } else { ago(3600) };
            revoked.revoke(format!("id-{number}"), end);
        }
        assert!(revoked.len() <= SHARDS * 2 * FEW, "{}", revoked.len());
        assert_eq!(standing(&revoked, "id-0"), Standing::Revoked);
        assert_eq!(standing(&revoked, "id-100"), Standing::Revoked);
    }
}
