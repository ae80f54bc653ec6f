//! A bounded map that evicts the oldest entry first.

use std::collections::HashMap;
use std::hash::Hash;

use tokio::time::Instant;

pub(super) struct Recent<K, V> {
    entries: HashMap<K, (V, Instant)>,
    most: usize,
}

impl<K: Hash + Eq + Clone, V> Recent<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { entries: HashMap::new(), most }
    }

    /// Returns the value and the time of its insertion.
    pub(super) fn get(&self, key: &K) -> Option<&(V, Instant)> {
        self.entries.get(key)
    }

    /// Inserts or replaces a value. A full map is searched for its oldest entry, which is cheap
    /// compared to the hash before each insertion.
    pub(super) fn insert(&mut self, key: K, value: V, now: Instant) {
        if self.entries.len() >= self.most
            && !self.entries.contains_key(&key)
            && let Some(oldest) =
                self.entries.iter().min_by_key(|(_, (_, at))| *at).map(|(key, _)| key.clone())
        {
            self.entries.remove(&oldest);
        }
        self.entries.insert(key, (value, now));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn evicts_least_recently_inserted_entry() {
        let start = Instant::now();
        let mut recent = Recent::new(3);
        for (number, key) in (0..).zip(["a", "b", "c", "a", "d"]) {
            recent.insert(key, number, start + Duration::from_secs(number));
        }
        assert!(recent.get(&"b").is_none() && recent.entries.len() == 3);
        assert!(["a", "c", "d"].iter().all(|key| recent.get(key).is_some()));
    }
}
