//! What is kept of a token, and where.

use std::hash::{Hash, Hasher};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use ctutils::CtEq as _;
use quick_cache::sync::Cache;
use quick_cache::{Equivalent, Weighter};

use super::CacheSize;
use crate::Context;
use crate::jws::Leeway;
use crate::scheme::Identity;
use crate::scheme::bearer::Who;

/// Who a token is of, and for how long that is known without its being verified.
pub(super) struct Kept<P> {
    pub(super) principal: P,
    pub(super) context: Context,
    pub(super) verified_at: SystemTime,
    /// Of the keys with which it was verified.
    pub(super) generation: usize,
}

impl<P> Kept<P> {
    /// Whether verifying it now would say the same: the keys are the same, and it has neither ended nor, since the clock has
    /// gone back, not yet begun (`nbf`): it had when it was verified.
    pub(super) fn holds(&self, generation: usize, now: SystemTime, leeway: Leeway) -> bool {
        let leeway = Duration::from_secs(leeway.as_secs());
        let ends = self.context.expires_at().and_then(|end| end.checked_add(leeway));
        self.generation == generation && self.verified_at <= now && ends.is_none_or(|end| now < end)
    }
}

impl<P: Clone + Send + Sync> Who<P> for Arc<Kept<P>> {
    fn context(&self) -> &Context {
        &self.context
    }

    fn into_identity(self) -> Identity<P> {
        Identity::new(self.principal.clone(), self.context.clone())
    }
}

/// Tokens that were verified, as many as there is room for.
pub(super) struct Store<P>(Cache<Whole, Arc<Kept<P>>, Weigh>);

/// A token, to the last byte.
struct Whole(Box<[u8]>);

/// One that is looked for.
struct Presented<'a>(&'a [u8]);

/// Longer ones are not kept, so that few tokens cannot fill the room of many.
const MOST_BYTES: usize = 4 * 1024;

/// Beside token and principal: the index with room to grow, what is remembered of tokens that had to make way, and the
/// allocator's own.
const BESIDE: usize = 320;

impl<P> Store<P> {
    pub(super) fn new(size: CacheSize) -> Self {
        let bytes = size.bytes();
        // Of the size that is usual.
        let tokens = usize::try_from(bytes / 1024).unwrap_or(usize::MAX);
        Self(Cache::with_weighter(tokens, bytes, Weigh))
    }

    pub(super) const fn takes(token: &[u8]) -> bool {
        token.len() <= MOST_BYTES
    }

    /// A count of references, and no copy: no lock is held where the principal is cloned.
    pub(super) fn get(&self, token: &[u8]) -> Option<Arc<Kept<P>>> {
        self.0.get(&Presented(token))
    }

    pub(super) fn insert(&self, token: &[u8], kept: &Arc<Kept<P>>) {
        self.0.insert(Whole(token.into()), Arc::clone(kept));
    }

    pub(super) fn remove(&self, token: &[u8]) {
        // The look-up alone takes no exclusive lock: most tokens that are refused were never there.
        if self.0.contains_key(&Presented(token)) {
            drop(self.0.remove(&Presented(token)));
        }
    }
}

#[derive(Clone)]
struct Weigh;

impl<P> Weighter<Whole, Arc<Kept<P>>> for Weigh {
    fn weight(&self, token: &Whole, _: &Arc<Kept<P>>) -> u64 {
        let bytes = 2 * token.0.len() + size_of::<Kept<P>>() + BESIDE;
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }
}

/// In constant time, since the other is a secret of whoever it was given to.
fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).to_bool()
}

impl PartialEq for Whole {
    fn eq(&self, other: &Self) -> bool {
        are_equal(&self.0, &other.0)
    }
}

impl Eq for Whole {}

impl Hash for Whole {
    fn hash<H: Hasher>(&self, state: &mut H) {
        Presented(&self.0).hash(state);
    }
}

impl Hash for Presented<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write(self.0);
    }
}

impl Equivalent<Whole> for Presented<'_> {
    fn equivalent(&self, token: &Whole) -> bool {
        are_equal(self.0, &token.0)
    }
}
