use std::collections::HashMap;
use std::fmt;
use std::future::{Future, ready};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use super::{Revocations, Standing};
use crate::jws::Leeway;
use crate::right::Context;

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
/// Where the clock is set back so far that tokens are good again whose ids were forgotten, nobody knows which of them were taken
/// back: those that end no later than the last one of which it is known are 503 `undecided`.
///
/// It takes about 100 bytes for an id of usual length, from when it is added to when its token has ended, and belongs to one
/// process: where several serve, or where one that starts anew has to know what was taken back before, ask a database, by
/// [`Revocations`].
#[derive(Clone)]
pub struct RevokedIds {
    inner: Arc<Inner>,
}

const SHARDS: usize = 64;

/// Shards, so that no request waits for more than one of them to be looked through.
struct Inner {
    shards: [RwLock<Listed>; SHARDS],
    by: RandomState,
}

#[derive(Default)]
struct Listed {
    /// With the token's end.
    ids: HashMap<Box<str>, SystemTime>,
    /// At how many ids those are looked for whose tokens have ended, so that adding stays cheap.
    sweep_at: usize,
    /// The latest end of a token whose id is forgotten.
    forgotten_to: Option<SystemTime>,
}

/// Fewer in a shard are not worth looking through.
const FEW: usize = 16;

impl Default for RevokedIds {
    fn default() -> Self {
        let shards = std::array::from_fn(|_| RwLock::default());
        Self { inner: Arc::new(Inner { shards, by: RandomState::new() }) }
    }
}

impl RevokedIds {
    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes back the token of this id, which ends by itself at `end` (its `exp`, [`Context::expires_at`]); for a token that
    /// never ends, a time that is far away. An end that is earlier than one said before changes nothing.
    pub fn revoke(&self, id: impl Into<Box<str>>, end: SystemTime) {
        let id = id.into();
        let mut listed = write(self.shard(&id));
        let until = listed.ids.entry(id).or_insert(end);
        *until = end.max(*until);
        if listed.ids.len() >= listed.sweep_at.max(FEW) {
            listed.sweep(SystemTime::now());
        }
    }

    /// Forgets the ids whose tokens have ended. It happens by itself, too, whenever a part of the list has doubled.
    pub fn forget_ended(&self) {
        let now = SystemTime::now();
        self.inner.shards.iter().for_each(|shard| write(shard).sweep(now));
    }

    /// How many ids there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.inner.shards.iter().map(|shard| read(shard).ids.len()).sum()
    }

    /// Whether there is none.
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
            // The token has ended, and is good again by a clock that was set back.
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
        // A verifier takes a token for as long as the clocks may be apart; a second more for the fraction of its end.
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

    /// A clock that is set back makes a token good that has ended, and was perhaps taken back.
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
        // As is said of others that end then, since it is not known which one it was.
        assert_eq!([ends(now - second), ends(now)], [Standing::Undecided; 2]);
        assert_eq!(ends(now + second), Standing::Good);
        // An earlier one that is forgotten later changes nothing, nor does one that is added after the clock was set back.
        revoked.revoke("a", now - second);
        sweep(now - 2 * second);
        assert_eq!(ends(now), Standing::Revoked);
        sweep(now + kept);
        assert_eq!(ends(now), Standing::Undecided);
    }

    /// Ids are spread, and each is found again.
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
        // Adding the next looks through none of them.
        let is_roomy = |shard: &RwLock<Listed>| read(shard).ids.len() < read(shard).sweep_at.max(FEW);
        assert!(revoked.inner.shards.iter().filter(|shard| is_roomy(shard)).count() > SHARDS / 2);
    }

    #[test]
    fn a_token_without_an_id_is_not_good() {
        assert_eq!(RevokedIds::new().look_up(&Context::of("Bearer")), Standing::WithoutId);
    }

    /// Nobody calls `forget_ended` here.
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
