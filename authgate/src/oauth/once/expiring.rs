//! Keys that are dropped once their time has passed.

use std::collections::{BTreeMap, HashSet};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

pub(super) type Key = [u8; 32];

/// The maximum number of keys that a store keeps by default, which take about 100 MiB.
pub(super) const MOST: usize = 1 << 20;

/// Recorded keys, each with the time after which it may be dropped.
#[derive(Default)]
pub(super) struct Expiring {
    keys: HashSet<Key>,
    by_end: BTreeMap<u64, Vec<Key>>,
}

impl Expiring {
    pub(super) fn contains(&self, key: &Key) -> bool {
        self.keys.contains(key)
    }

    /// Adds a key, unless it is present.
    pub(super) fn insert(&mut self, key: Key, end: u64) {
        if self.keys.insert(key) {
            self.by_end.entry(end).or_default().push(key);
        }
    }

    /// Drops the keys whose last second is before `now`.
    pub(super) fn drop_before(&mut self, now: u64) {
        while let Some(first) = self.by_end.first_entry().filter(|first| *first.key() < now) {
            for key in first.remove() {
                self.keys.remove(&key);
            }
        }
    }

    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// Iterates over the keys with their last second.
    pub(super) fn iter(&self) -> impl Iterator<Item = (u64, &Key)> {
        self.by_end.iter().flat_map(|(end, keys)| keys.iter().map(move |key| (*end, key)))
    }
}

/// A clock for dropping keys.
///
/// The system clock may step forward and back again. Keys that were dropped in between could then
/// be replayed. So this clock never runs faster than a monotonic one.
pub(super) struct Clock {
    started: SystemTime,
    at: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self { started: SystemTime::now(), at: Instant::now() }
    }

    pub(super) fn now(&self) -> u64 {
        let monotonic = self.started.checked_add(self.at.elapsed()).unwrap_or(self.started);
        seconds(SystemTime::now().min(monotonic))
    }
}

/// Returns the seconds since the Unix epoch, rounded down. Times before 1970 count as 1970.
pub(super) fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).as_ref().map_or(0, Duration::as_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_kept_through_their_last_second() {
        let mut keys = Expiring::default();
        keys.insert([1; 32], 10);
        keys.insert([2; 32], 10);
        keys.insert([3; 32], 11);
        keys.insert([3; 32], 5);
        keys.drop_before(10);
        assert_eq!(keys.len(), 3);
        keys.drop_before(11);
        assert!(!keys.contains(&[1; 32]) && !keys.contains(&[2; 32]));
        assert_eq!(keys.iter().collect::<Vec<_>>(), [(11, &[3; 32])]);
        keys.drop_before(12);
        assert!(keys.len() == 0 && keys.by_end.is_empty());
    }
}
