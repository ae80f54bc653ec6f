use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::future::{Future, ready};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use super::error::Problem;
use super::{ApiKeyError, ApiKeys, Finding, KeyDigest, KeyRecord};

/// API keys in memory, which may change while the server runs.
///
/// A clone is the same table: keep one to change what the gate goes by. Each change holds for every request that comes
/// after it. Requests do not wait for changes, and changes copy the table's index, so that a table is for thousands of
/// keys rather than for millions; those are a database's, by [`ApiKeys`].
///
/// A holder may have several keys, and so get a new one before the old one ends:
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use authgate::scheme::api_key::{KeyRecord, KeyTable, NewKey};
/// # let old = NewKey::generate("acme").unwrap();
/// # let keys = KeyTable::new();
/// # keys.insert(old.digest(), KeyRecord::new("ci").with_id("ci-2025")).unwrap();
///
/// let new = NewKey::generate("acme")?;
/// keys.insert(new.digest(), KeyRecord::new("ci").with_id("ci-2026"))?;
/// assert!(keys.expire_at(old.digest(), SystemTime::now() + Duration::from_secs(24 * 60 * 60)));
/// # Ok::<(), authgate::scheme::api_key::ApiKeyError>(())
/// ```
pub struct KeyTable<P> {
    inner: Arc<Inner<P>>,
}

struct Inner<P> {
    /// Locked for as long as it takes to copy the reference, or to replace it.
    index: RwLock<Arc<Index<P>>>,
    /// One change at a time.
    changing: Mutex<()>,
}

type Index<P> = HashMap<KeyDigest, Arc<Kept<P>>>;

struct Kept<P> {
    record: KeyRecord<P>,
    revoked: bool,
}

impl<P> KeyTable<P> {
    /// A table without keys.
    #[must_use]
    pub fn new() -> Self {
        let index = RwLock::new(Arc::default());
        Self { inner: Arc::new(Inner { index, changing: Mutex::new(()) }) }
    }

    /// How many keys there are, with those that have expired or were revoked.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index().is_empty()
    }

    /// Adds the key of this digest.
    ///
    /// # Errors
    ///
    /// The key is in the table already: it has one holder, and none that was revoked comes back by mistake.
    pub fn insert(&self, digest: KeyDigest, record: KeyRecord<P>) -> Result<(), ApiKeyError> {
        self.change(|index| match index.entry(digest) {
            Entry::Occupied(_) => Err(Problem::Taken.into()),
            Entry::Vacant(place) => {
                place.insert(Arc::new(Kept { record, revoked: false }));
                Ok(())
            }
        })
    }

    /// Adds a key that authgate has not made, such as one from an environment variable. The table keeps its digest.
    ///
    /// # Errors
    ///
    /// As [`insert`](Self::insert), and where the text cannot be a key or would be guessed, as
    /// [`KeyDigest::of_text`] says.
    pub fn insert_text(&self, text: &str, record: KeyRecord<P>) -> Result<(), ApiKeyError> {
        self.insert(KeyDigest::of_text(text)?, record)
    }

    /// Has the key end at this time. `false` where there is no such key.
    #[must_use = "a key that is not there goes on where it is"]
    pub fn expire_at(&self, digest: KeyDigest, at: SystemTime) -> bool
    where
        P: Clone,
    {
        self.change(|index| {
            let Some(kept) = index.get_mut(&digest) else { return false };
            let record = kept.record.clone().with_expires_at(at);
            *kept = Arc::new(Kept { record, revoked: kept.revoked });
            true
        })
    }

    /// Takes the key back: from now on it is 401 `credentials_revoked`. `false` where there is no such key.
    #[must_use = "a key that is not there was not taken back"]
    pub fn revoke(&self, digest: KeyDigest) -> bool
    where
        P: Clone,
    {
        self.change(|index| index.get_mut(&digest).map(revoke).is_some())
    }

    /// Takes back every key whose record says so, such as all of one holder. How many there were.
    pub fn revoke_where(&self, mut is_meant: impl FnMut(&KeyRecord<P>) -> bool) -> usize
    where
        P: Clone,
    {
        self.change(|index| index.values_mut().filter(|kept| is_meant(&kept.record)).map(revoke).count())
    }

    /// Forgets the key: from now on it is 401 `credentials_rejected`, as one that never was. `false` where there is no
    /// such key.
    #[must_use = "a key that is not there was not forgotten"]
    pub fn remove(&self, digest: KeyDigest) -> bool {
        self.change(|index| index.remove(&digest).is_some())
    }

    /// Forgets every key but those whose record says that it stays.
    pub fn retain(&self, mut stays: impl FnMut(&KeyRecord<P>) -> bool) {
        self.change(|index| index.retain(|_, kept| stays(&kept.record)));
    }

    /// Puts the keys of another table in the place of all, at once: for a file of keys that is read anew.
    pub fn replace(&self, other: &Self) {
        let others = other.index();
        self.change(|index| index.clone_from(&others));
    }

    fn index(&self) -> Arc<Index<P>> {
        Arc::clone(&self.inner.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn change<T>(&self, change: impl FnOnce(&mut Index<P>) -> T) -> T {
        let _one_at_a_time = self.inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
        let mut index = Index::clone(&self.index());
        let outcome = change(&mut index);
        let old = {
            let mut place = self.inner.index.write().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *place, Arc::new(index))
        };
        // The lock is free again: dropping a large index takes a while.
        drop(old);
        outcome
    }
}

fn revoke<P: Clone>(kept: &mut Arc<Kept<P>>) {
    *kept = Arc::new(Kept { record: kept.record.clone(), revoked: true });
}

impl<P: Clone + Send + Sync + 'static> ApiKeys<P> for KeyTable<P> {
    fn find(&self, digest: &KeyDigest) -> impl Future<Output = Finding<P>> + Send {
        ready(self.look_up(digest))
    }

    fn find_at_once(&self, digest: &KeyDigest) -> Option<Finding<P>> {
        Some(self.look_up(digest))
    }

    fn never_waits(&self) -> bool {
        true
    }
}

impl<P: Clone> KeyTable<P> {
    fn look_up(&self, digest: &KeyDigest) -> Finding<P> {
        match self.index().get(digest) {
            None => Finding::Unknown,
            Some(kept) if kept.revoked => Finding::Revoked,
            Some(kept) => Finding::Known(kept.record.clone()),
        }
    }
}

impl<P> Clone for KeyTable<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P> Default for KeyTable<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// Prints how many keys there are.
impl<P> fmt::Debug for KeyTable<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyTable").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use super::super::NewKey;
    use super::*;

    fn table_of(names: &[&'static str]) -> (KeyTable<&'static str>, Vec<KeyDigest>) {
        let table = KeyTable::new();
        let digests = names.iter().map(|name| {
            let digest = NewKey::generate("a").unwrap().digest();
            table.insert(digest, KeyRecord::new(*name)).unwrap();
            digest
        });
        let digests = digests.collect();
        (table, digests)
    }

    fn found(table: &KeyTable<&'static str>, digest: KeyDigest) -> String {
        format!("{:?}", table.find_at_once(&digest).unwrap())
    }

    #[test]
    fn a_key_has_one_holder_even_after_it_was_revoked() {
        let (table, digests) = table_of(&["vera"]);
        for _ in 0..2 {
            let error = table.insert(digests[0], KeyRecord::new("eve")).unwrap_err().to_string();
            assert!(error.contains("a key has one holder"), "{error}");
            assert!(table.revoke(digests[0]));
        }
        assert_eq!(found(&table, digests[0]), "Revoked");
        assert!(table.expire_at(digests[0], SystemTime::now() + Duration::from_secs(60)));
        assert_eq!(found(&table, digests[0]), "Revoked", "a new end does not bring it back");
        assert!(table.remove(digests[0]) && !table.remove(digests[0]));
        assert_eq!(found(&table, digests[0]), "Unknown");
    }

    #[test]
    fn what_is_not_there_is_said_not_to_be() {
        let (table, _) = table_of(&["vera"]);
        let other = NewKey::generate("a").unwrap().digest();
        assert!(!table.revoke(other) && !table.remove(other) && !table.expire_at(other, SystemTime::now()));
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn many_are_changed_at_once() {
        let (table, digests) = table_of(&["vera", "ada", "ada"]);
        assert_eq!(table.revoke_where(|record| *record.principal() == "ada"), 2);
        assert_eq!(
            digests.iter().map(|digest| found(&table, *digest)).collect::<Vec<_>>(),
            ["Known", "Revoked", "Revoked"]
        );
        table.retain(|record| *record.principal() == "ada");
        assert_eq!((table.len(), found(&table, digests[0])), (2, "Unknown".to_owned()));
        let (other, others) = table_of(&["grace"]);
        table.replace(&other);
        assert_eq!((table.len(), found(&table, others[0])), (1, "Known".to_owned()));
        table.replace(&table);
        assert_eq!(table.len(), 1, "and by itself");
    }

    #[test]
    fn a_change_that_panics_changes_nothing_and_stops_nothing() {
        let (table, digests) = table_of(&["vera", "ada"]);
        let panicked = catch_unwind(AssertUnwindSafe(|| table.retain(|_| panic!("of the application's"))));
        assert!(panicked.is_err());
        assert_eq!((table.len(), found(&table, digests[1])), (2, "Known".to_owned()));
        assert!(table.revoke(digests[1]));
        assert_eq!(found(&table, digests[1]), "Revoked");
    }

    #[test]
    fn no_change_is_lost_among_others() {
        let table = KeyTable::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let digest = NewKey::generate("a").unwrap().digest();
                        table.insert(digest, KeyRecord::new(())).unwrap();
                        assert!(matches!(table.find_at_once(&digest), Some(Finding::Known(_))));
                    }
                });
            }
        });
        assert_eq!(table.len(), 200);
    }
}
