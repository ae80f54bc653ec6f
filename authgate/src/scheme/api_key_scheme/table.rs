use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::SystemTime;

use super::{ApiKeyError, ApiKeys, KeyDigest, KeyLookup, KeyRecord};

/// An in-memory table of API keys that can change at run time.
///
/// Clones share the table: keep a clone to change the keys that the gate accepts. A change applies
/// to all later requests. Requests never wait for a change. Each change copies the index of the
/// table, so it suits thousands of keys. For millions, implement [`ApiKeys`] with a database.
///
/// # Examples
///
/// A holder may have several keys, so a new key can replace an old one before it expires:
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
///
/// let old = NewKey::generate("acme")?;
/// let keys = InMemoryApiKeys::new();
/// keys.insert(old.digest(), KeyRecord::new("ci").with_id("ci-2025"))?;
///
/// let new = NewKey::generate("acme")?;
/// keys.insert(new.digest(), KeyRecord::new("ci").with_id("ci-2026"))?;
/// assert!(keys.expire_at(old.digest(), SystemTime::now() + Duration::from_secs(24 * 60 * 60)));
/// # Ok::<(), authgate::scheme::api_key::ApiKeyError>(())
/// ```
pub struct InMemoryApiKeys<P> {
    inner: Arc<Inner<P>>,
}

struct Inner<P> {
    /// Locked only while the `Arc` is cloned or replaced.
    index: RwLock<Arc<Index<P>>>,
    /// Serializes changes.
    changing: Mutex<()>,
}

type Index<P> = HashMap<KeyDigest, Arc<Kept<P>>>;

struct Kept<P> {
    record: KeyRecord<P>,
    revoked: bool,
}

impl<P> InMemoryApiKeys<P> {
    /// Creates an empty table.
    #[must_use]
    pub fn new() -> Self {
        let index = RwLock::new(Arc::default());
        Self { inner: Arc::new(Inner { index, changing: Mutex::new(()) }) }
    }

    /// Returns the number of keys, including expired and revoked ones.
    #[must_use]
    pub fn len(&self) -> usize {
        self.index().len()
    }

    /// Returns `true` if the table has no keys.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.index().is_empty()
    }

    /// Adds the key with this digest.
    ///
    /// # Errors
    ///
    /// Returns [`ApiKeyError`] if the table already has the key, even as a revoked one. So a key
    /// never changes its holder, and a revoked key cannot become valid by mistake.
    pub fn insert(&self, digest: KeyDigest, record: KeyRecord<P>) -> Result<(), ApiKeyError> {
        self.change(|index| match index.entry(digest) {
            Entry::Occupied(_) => Err(ApiKeyError::new(
                "duplicate key: use one key per holder, and `remove` a revoked key before inserting it again",
            )),
            Entry::Vacant(place) => {
                place.insert(Arc::new(Kept { record, revoked: false }));
                Ok(())
            }
        })
    }

    /// Adds a key that authgate did not generate, such as one from an environment variable. The
    /// table stores only its digest.
    ///
    /// # Errors
    ///
    /// Returns [`ApiKeyError`] if [`insert`](Self::insert) fails, or if [`KeyDigest::of_text`]
    /// rejects the text.
    pub fn insert_text(&self, text: &str, record: KeyRecord<P>) -> Result<(), ApiKeyError> {
        self.insert(KeyDigest::of_text(text)?, record)
    }

    /// Sets the expiry of the key. Returns `false` if the table does not have the key.
    #[must_use = "an unknown key did not get an expiry"]
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

    /// Revokes the key: it now gets 401 `credentials_revoked`. Returns `false` if the table does
    /// not have the key.
    #[must_use = "an unknown key was not revoked"]
    pub fn revoke(&self, digest: KeyDigest) -> bool
    where
        P: Clone,
    {
        self.change(|index| index.get_mut(&digest).map(revoke).is_some())
    }

    /// Revokes every key whose record matches, such as all keys of a holder. Returns the number of
    /// matching keys.
    pub fn revoke_where(&self, mut is_meant: impl FnMut(&KeyRecord<P>) -> bool) -> usize
    where
        P: Clone,
    {
        self.change(|index| index.values_mut().filter(|kept| is_meant(&kept.record)).map(revoke).count())
    }

    /// Removes the key: it now gets 401 `credentials_rejected`, like an unknown key. Returns
    /// `false` if the table does not have the key.
    #[must_use = "an unknown key was not removed"]
    pub fn remove(&self, digest: KeyDigest) -> bool {
        self.change(|index| index.remove(&digest).is_some())
    }

    /// Removes every key whose record does not match.
    pub fn retain(&self, mut stays: impl FnMut(&KeyRecord<P>) -> bool) {
        self.change(|index| index.retain(|_, kept| stays(&kept.record)));
    }

    /// Atomically replaces all keys with those of another table, for example after a file of keys
    /// was reloaded.
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
        // Dropped outside the lock, because dropping a large index is slow.
        drop(old);
        outcome
    }
}

fn revoke<P: Clone>(kept: &mut Arc<Kept<P>>) {
    *kept = Arc::new(Kept { record: kept.record.clone(), revoked: true });
}

impl<P: Clone + Send + Sync + 'static> ApiKeys<P> for InMemoryApiKeys<P> {
    async fn find(&self, digest: &KeyDigest) -> KeyLookup<P> {
        self.look_up(digest)
    }

    fn find_now(&self, digest: &KeyDigest) -> Option<KeyLookup<P>> {
        Some(self.look_up(digest))
    }
}

impl<P: Clone> InMemoryApiKeys<P> {
    fn look_up(&self, digest: &KeyDigest) -> KeyLookup<P> {
        match self.index().get(digest) {
            None => KeyLookup::Unknown,
            Some(kept) if kept.revoked => KeyLookup::Revoked,
            Some(kept) => KeyLookup::Known(kept.record.clone()),
        }
    }
}

impl<P> Clone for InMemoryApiKeys<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P> Default for InMemoryApiKeys<P> {
    fn default() -> Self {
        Self::new()
    }
}

/// Prints the number of keys.
impl<P> fmt::Debug for InMemoryApiKeys<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InMemoryApiKeys").field("len", &self.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::time::Duration;

    use super::super::NewKey;
    use super::*;

    fn table_of(names: &[&'static str]) -> (InMemoryApiKeys<&'static str>, Vec<KeyDigest>) {
        let table = InMemoryApiKeys::new();
        let digests = names.iter().map(|name| {
            let digest = NewKey::generate("a").unwrap().digest();
            table.insert(digest, KeyRecord::new(*name)).unwrap();
            digest
        });
        let digests = digests.collect();
        (table, digests)
    }

    fn found(table: &InMemoryApiKeys<&'static str>, digest: KeyDigest) -> String {
        format!("{:?}", table.find_now(&digest).unwrap())
    }

    #[test]
    fn inserting_an_existing_or_revoked_key_is_an_error() {
        let (table, digests) = table_of(&["vera"]);
        for _ in 0..2 {
            let error = table.insert(digests[0], KeyRecord::new("eve")).unwrap_err().to_string();
            assert!(error.contains("one key per holder"), "{error}");
            assert!(table.revoke(digests[0]));
        }
        assert_eq!(found(&table, digests[0]), "Revoked");
        assert!(table.expire_at(digests[0], SystemTime::now() + Duration::from_secs(60)));
        assert_eq!(found(&table, digests[0]), "Revoked", "a new end does not bring it back");
        assert!(table.remove(digests[0]) && !table.remove(digests[0]));
        assert_eq!(found(&table, digests[0]), "Unknown");
    }

    #[test]
    fn changes_to_unknown_keys_return_false() {
        let (table, _) = table_of(&["vera"]);
        let other = NewKey::generate("a").unwrap().digest();
        assert!(!table.revoke(other) && !table.remove(other) && !table.expire_at(other, SystemTime::now()));
        assert_eq!(table.len(), 1);
    }

    #[test]
    fn bulk_operations_change_all_matching_keys() {
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
    fn panicking_update_leaves_the_table_unchanged_and_usable() {
        let (table, digests) = table_of(&["vera", "ada"]);
        let panicked = catch_unwind(AssertUnwindSafe(|| table.retain(|_| panic!("of the application's"))));
        assert!(panicked.is_err());
        assert_eq!((table.len(), found(&table, digests[1])), (2, "Known".to_owned()));
        assert!(table.revoke(digests[1]));
        assert_eq!(found(&table, digests[1]), "Revoked");
    }

    #[test]
    fn concurrent_inserts_are_not_lost() {
        let table = InMemoryApiKeys::new();
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let digest = NewKey::generate("a").unwrap().digest();
                        table.insert(digest, KeyRecord::new(())).unwrap();
                        assert!(matches!(table.find_now(&digest), Some(KeyLookup::Known(_))));
                    }
                });
            }
        });
        assert_eq!(table.len(), 200);
    }
}
