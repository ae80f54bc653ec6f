//! Which requests were made with a nonce already (RFC 7616 section 3.4: the same `nc` twice is a replay).

use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::{Mutex, PoisonError};

use super::nonce::{Millis, Nonce};

/// How far below the highest count one may come late: a browser's parallel requests arrive out of order.
const WINDOW: u32 = u128::BITS;

/// How many nonces are remembered: some six megabytes at most.
const MOST: usize = 65_536;

/// The counts that were used, of each nonce with which a request was right. Nobody else gets in here, so that nobody
/// without a password can fill it.
///
/// Where it is full, the oldest nonce is forgotten, and with it every nonce that is as old is refused as stale. So
/// nothing is ever replayed, and the one who had it gets a new nonce without being asked for his password again: a
/// user who fills the table makes the others' nonces live shorter, and locks nobody out.
pub(super) struct Seen {
    counts: Mutex<Counts>,
    most: usize,
}

struct Counts {
    /// Oldest first.
    of: BTreeMap<Nonce, Used>,
    /// A nonce that was made before is refused, since it may have been forgotten.
    since: Millis,
}

/// The highest count, and which of those below: bit `i` for `highest - i`.
struct Used {
    highest: u32,
    window: u128,
}

impl Seen {
    /// Takes nonces that are made from now on: what an earlier process saw of older ones, it has taken with it.
    pub(super) const fn new(now: Millis) -> Self {
        Self::of_at_most(MOST, now)
    }

    const fn of_at_most(most: usize, now: Millis) -> Self {
        Self { counts: Mutex::new(Counts { of: BTreeMap::new(), since: now }), most }
    }

    /// Takes down that this count was used with this nonce; false if it was before, or may have been. Nonces that were
    /// not made within `taken` are not, and older ones are forgotten.
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
    fn a_count_is_taken_once_and_out_of_order() {
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
    fn a_nonce_that_was_forgotten_is_not_taken_again() {
        let (seen, early, late) = (seen(8), nonce(5), nonce(50));
        assert!(seen.is_first(early, 1, &from(0)));
        assert!(seen.is_first(late, 1, &from(6)));
        assert_eq!(seen.counts.lock().unwrap().of.len(), 1);
        // Whatever the clock says by now.
        assert!(!seen.is_first(early, 2, &from(0)));
        assert!(!Seen::of_at_most(8, Millis(6)).is_first(early, 1, &from(0)), "of an earlier process");
    }

    #[test]
    fn a_full_table_forgets_the_oldest_and_refuses_what_is_as_old() {
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

    /// Such is one of another process whose clock is wrong: taken down, it would be kept beyond its time.
    #[test]
    fn a_nonce_from_the_future_is_not_taken() {
        assert!(!seen(1).is_first(nonce(101), 1, &from(0)));
        assert!(seen(1).is_first(nonce(100), 1, &from(0)));
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes there")]
        fn no_count_is_ever_taken_twice(counts in prop::collection::vec(1_u32..400, 0..400)) {
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
