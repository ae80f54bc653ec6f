//! Detects replays: a request that repeats the `nc` of a nonce (RFC 7616 section 3.4).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use super::nonce::{Millis, Nonce};

/// The distance below the highest count at which a count is still accepted. Parallel requests of a
/// browser arrive out of order.
const WINDOW: u32 = u128::BITS;

/// The maximum number of nonces to remember, which take about six megabytes.
const MOST: usize = 65_536;

/// The counts that each nonce was used with. Only correct responses are recorded, so callers
/// without a password cannot fill the table.
///
/// A full table drops the oldest nonce, and rejects all nonces of the same age or older as stale.
/// No request can ever be replayed, and the affected clients get a new nonce without asking for the
/// password. So a user who fills the table shortens the lifetime of other nonces, but does not lock
/// out other users.
pub(super) struct Seen {
    counts: Mutex<Counts>,
    most: usize,
}

struct Counts {
    /// Sorted by age, oldest first.
    of: BTreeMap<Nonce, Used>,
    /// Older nonces are rejected, since the table may have dropped them.
    since: Millis,
}

/// The highest count, and a bitmap of the counts below: bit `i` stands for `highest - i`.
struct Used {
    highest: u32,
    window: u128,
}

impl Seen {
    /// Accepts only nonces created from now on. Counts that an earlier process has seen are lost.
    pub(super) const fn new(now: Millis) -> Self {
        Self::of_at_most(MOST, now)
    }

    const fn of_at_most(most: usize, now: Millis) -> Self {
        Self { counts: Mutex::new(Counts { of: BTreeMap::new(), since: now }), most }
    }

    /// Records the use of a count. Returns `false` if the count was used before, or may have been
    /// used.
    ///
    /// Nonces created outside of `taken` are rejected, and older ones are dropped.
    pub(super) fn is_first(&self, nonce: Nonce, count: u32, taken: &RangeInclusive<Millis>) -> bool {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.forget_before(*taken.start());
        if nonce.made() < counts.since || nonce.made() > *taken.end() {
            return false;
        }
        if let Some(used) = counts.of.get_mut(&nonce) {
            return used.is_first(count);
        }
        if counts.of.len() >= self.most
            && let Some((forgotten, _)) = counts.of.pop_first()
        {
            counts.forget_before(Millis(forgotten.made().0.saturating_add(1)));
            if nonce.made() < counts.since {
                return false;
            }
        }
        counts.of.insert(nonce, Used { highest: count, window: 1 });
        true
    }
}

impl Counts {
    fn forget_before(&mut self, oldest: Millis) {
        self.since = self.since.max(oldest);
        while let Some(first) = self.of.first_entry().filter(|first| first.key().made() < self.since) {
            first.remove();
        }
    }
}

impl Used {
    const fn is_first(&mut self, count: u32) -> bool {
        if count > self.highest {
            let by = count - self.highest;
            self.window = if by < WINDOW { self.window << by | 1 } else { 1 };
            self.highest = count;
            return true;
        }
        let below = self.highest - count;
        if below >= WINDOW || self.window >> below & 1 == 1 {
            return false;
        }
        self.window |= 1 << below;
        true
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn nonce(made: u64) -> Nonce {
        Nonce::new(Millis(made)).unwrap()
    }

    fn from(oldest: u64) -> RangeInclusive<Millis> {
        Millis(oldest)..=Millis(100)
    }

    fn seen(most: usize) -> Seen {
        Seen::of_at_most(most, Millis(0))
    }

    #[test]
    fn count_is_accepted_once_in_any_order() {
        let (seen, nonce) = (seen(8), nonce(5));
        for (count, first) in [
            (3, true),
            (3, false),
            (1, true),
            (2, true),
            (2, false),
            (1, false),
            (4, true),
            (0xffff_ffff, true),
        ] {
            assert_eq!(seen.is_first(nonce, count, &from(0)), first, "{count}");
        }
        assert!(!seen.is_first(nonce, 5, &from(0)), "too late to know");
        assert!(!seen.is_first(nonce, 0xffff_ffff - WINDOW, &from(0)), "too late to know");
        assert!(seen.is_first(nonce, 0xffff_ffff - WINDOW + 1, &from(0)));
    }

    #[test]
    fn evicted_nonce_is_not_accepted_again() {
        let (seen, early, late) = (seen(8), nonce(5), nonce(50));
        assert!(seen.is_first(early, 1, &from(0)));
        assert!(seen.is_first(late, 1, &from(6)));
        assert_eq!(seen.counts.lock().unwrap().of.len(), 1);
        // Even if the accepted range includes the nonce again.
        assert!(!seen.is_first(early, 2, &from(0)));
        assert!(!Seen::of_at_most(8, Millis(6)).is_first(early, 1, &from(0)), "of an earlier process");
    }

    #[test]
    fn full_table_evicts_oldest_nonces_and_rejects_equally_old_ones() {
        let seen = seen(3);
        let nonces = [1, 2, 2, 3, 4].map(nonce);
        for nonce in &nonces[..3] {
            assert!(seen.is_first(*nonce, 1, &from(0)));
        }
        assert!(seen.is_first(nonces[3], 1, &from(0)));
        assert!(!seen.is_first(nonces[0], 2, &from(0)));
        assert!(seen.is_first(nonces[1], 2, &from(0)), "still there");
        assert!(seen.is_first(nonces[4], 1, &from(0)));
        assert!(!seen.is_first(nonces[1], 3, &from(0)));
        assert!(!seen.is_first(nonces[2], 3, &from(0)));
        assert!(seen.is_first(nonces[3], 2, &from(0)));
        assert!(!seen.is_first(nonce(1), 1, &from(0)));
        assert!(seen.counts.lock().unwrap().of.len() <= 3);
    }

    /// Such a nonce comes from a process with a wrong clock. A recorded one would stay in the table
    /// too long.
    #[test]
    fn nonce_from_the_future_is_rejected() {
        assert!(!seen(1).is_first(nonce(101), 1, &from(0)));
        assert!(seen(1).is_first(nonce(100), 1, &from(0)));
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn no_count_is_accepted_twice(counts in prop::collection::vec(1_u32..400, 0..400)) {
            let (seen, nonce) = (seen(1), nonce(1));
            let mut taken = HashSet::new();
            let mut highest = 0;
            for count in counts {
                let first = seen.is_first(nonce, count, &from(0));
                let known = highest < count || highest - count < WINDOW;
                prop_assert_eq!(first, known && !taken.contains(&count));
                if first {
                    taken.insert(count);
                }
                highest = highest.max(count);
            }
        }
    }
}
