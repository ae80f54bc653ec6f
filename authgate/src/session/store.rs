//! The session store as one request uses it. Calls have a time limit, expired sessions are missing,
//! and a session that has ended is never revived.

use std::any::TypeId;
use std::collections::HashMap;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use serde_json::Value;
use time::OffsetDateTime;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use super::signed_in::{KEY, milliseconds, remembered_until, time};

use crate::log::OneLine;
use crate::secret::debug_only;

/// The maximum time of one call to a store.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// The key of the time of last use in the data of a session with a remembered sign-in. Such a
/// session does not expire when it is idle, but its other sign-ins do.
const USED: &str = "authgate.used";

/// The application's store.
pub(crate) struct Shared {
    store: Box<dyn SessionStore>,
    /// The locks of requests that save a session.
    writes: SessionLocks,
    /// The locks of requests that sign in or out, each of which saves several times.
    transitions: SessionLocks,
    /// The bindings of the gates that were built, with the types of their principal and accounts.
    bindings: Mutex<Vec<([String; 4], TypeId)>>,
}

impl Shared {
    pub(crate) fn new(store: impl SessionStore) -> Self {
        let store = Box::new(store);
        Self {
            store,
            writes: SessionLocks::default(),
            transitions: SessionLocks::default(),
            bindings: Mutex::default(),
        }
    }

    /// Returns `false` if gates of other types have this binding.
    pub(super) fn claim(&self, binding: [String; 4], types: TypeId) -> bool {
        let mut bindings = self.bindings.lock().unwrap_or_else(PoisonError::into_inner);
        match bindings.iter().find(|(other, _)| *other == binding) {
            Some((_, other)) => *other == types,
            None => {
                bindings.push((binding, types));
                true
            }
        }
    }
}

/// One lock per session that requests are using. With a shared lock, a client that writes to its
/// session could delay others.
#[derive(Default)]
struct SessionLocks(Mutex<HashMap<Id, Weak<Turn<()>>>>);

impl SessionLocks {
    async fn of(&self, id: &Id) -> OwnedMutexGuard<()> {
        self.turn(id).lock_owned().await
    }

    fn turn(&self, id: &Id) -> Arc<Turn<()>> {
        let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(turn) = turns.get(id).and_then(Weak::upgrade) {
            return turn;
        }
        if turns.len() == turns.capacity() {
            turns.retain(|_, turn| turn.strong_count() > 0);
        }
        let turn = Arc::new(Turn::new(()));
        turns.insert(*id, Arc::downgrade(&turn));
        turn
    }
}

/// The store for one request.
pub(crate) struct RequestStore {
    shared: Arc<Shared>,
    /// How long an unused sign-in lasts.
    idle: Duration,
    /// When the loaded session expires.
    expires: Mutex<Option<OffsetDateTime>>,
    /// When the loaded session was last used, if it has a remembered sign-in.
    last_used: Mutex<Option<SystemTime>>,
    /// `true` if a signed-in caller has used the session.
    used: AtomicBool,
    /// `true` if a change of the session has failed.
    given_up: AtomicBool,
    /// `true` while this request signs in or out.
    signs: AtomicBool,
    /// `true` if the old session is deleted only after the new one was saved.
    replaces: AtomicBool,
    /// The session that was replaced.
    replaced: Mutex<Option<Id>>,
    /// The records of the session that the application has deleted, perhaps to give it a new id.
    deleted: Mutex<Option<Value>>,
}

impl RequestStore {
    pub(crate) fn new(shared: &Arc<Shared>, idle: Duration) -> Self {
        Self {
            shared: Arc::clone(shared),
            idle,
            expires: Mutex::default(),
            last_used: Mutex::default(),
            used: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
            signs: AtomicBool::new(false),
            replaces: AtomicBool::new(false),
            replaced: Mutex::default(),
            deleted: Mutex::default(),
        }
    }

    /// Waits until this request may change who is signed in to the session.
    pub(crate) async fn transition(&self, id: &Id) -> Result<OwnedMutexGuard<()>> {
        in_time(async { Ok(self.shared.transitions.of(id).await) }).await
    }

    /// Starts to sign in or out. Until the end, saving may change who is signed in.
    pub(crate) fn sign(&self) -> Signing<'_> {
        self.signs.store(true, Ordering::Relaxed);
        Signing { store: self, is_done: false }
    }

    fn signs(&self) -> bool {
        self.signs.load(Ordering::Relaxed)
    }

    pub(crate) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    /// Records that a signed-in caller has used the session.
    pub(crate) fn mark_used(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    /// Leaves the session in the store unchanged and discards the changes of this request.
    pub(crate) fn discard(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Returns `true` if the expiry of the session must be moved. The session must have been used,
    /// and a tenth of its idle time must have passed since it was last saved. Without this limit,
    /// each request would be a write.
    pub(crate) fn must_extend(&self) -> bool {
        if !self.used.load(Ordering::Relaxed) {
            return false;
        }
        if let Some(unused) = self.unused() {
            // Once idle, a use changes nothing: the remembered sign-in has its own end.
            return unused > self.idle / 10 && unused < self.idle;
        }
        let expires = *self.expires.lock().unwrap_or_else(PoisonError::into_inner);
        let left = expires.map(|expires| expires - OffsetDateTime::now_utc());
        left.is_some_and(|left| left < self.idle - self.idle / 10)
    }

    /// Returns `true` if the loaded session has a remembered sign-in, and its other sign-ins have
    /// expired because they were not used.
    pub(crate) fn is_idle(&self) -> bool {
        self.unused().is_some_and(|unused| unused >= self.idle)
    }

    /// Returns the time since the last use of a session with a remembered sign-in.
    fn unused(&self) -> Option<Duration> {
        let at = (*self.last_used.lock().unwrap_or_else(PoisonError::into_inner))?;
        Some(SystemTime::now().duration_since(at).unwrap_or_default())
    }

    /// Moves the expiry of a session with a remembered sign-in, and records its use. A use does not
    /// revive the sign-ins that have expired.
    fn remember(&self, record: &mut Record) {
        let Some(until) = remembered_until(record.data.get(KEY)) else {
            record.data.remove(USED);
            return;
        };
        record.expiry_date = record.expiry_date.max(until.into());
        if self.signs() || (self.used.load(Ordering::Relaxed) && !self.is_idle()) {
            record.data.insert(USED.to_owned(), milliseconds(SystemTime::now()));
        }
    }
}

/// A sign-in or sign-out in progress. If it is dropped before it is [done](Self::done), the session
/// in the store is unchanged.
pub(crate) struct Signing<'a> {
    store: &'a RequestStore,
    is_done: bool,
}

impl Signing<'_> {
    /// Keeps the old session until the new one is saved, so that a failing store ends no session.
    pub(crate) fn replace(&self) {
        self.store.replaces.store(true, Ordering::Relaxed);
    }

    pub(crate) async fn done(mut self) -> Result<()> {
        let replaced = self.store.replaced.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(id) = replaced {
            self.store.replaces.store(false, Ordering::Relaxed);
            self.store.delete(&id).await?;
        }
        self.is_done = true;
        Ok(())
    }
}

impl Drop for Signing<'_> {
    fn drop(&mut self) {
        self.store.signs.store(false, Ordering::Relaxed);
        self.store.replaces.store(false, Ordering::Relaxed);
        if !self.is_done {
            self.store.discard();
        }
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T>> + Send) -> Result<T> {
    match tokio::time::timeout(STORE_TIMEOUT, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Backend(format!("the session store did not answer within {STORE_TIMEOUT:?}"))),
    }
}

#[async_trait]
impl SessionStore for RequestStore {
    /// Creates a session. If the application gives a session a new id, its sign-ins are kept only
    /// if they have not changed in the meantime.
    async fn create(&self, record: &mut Record) -> Result<()> {
        if !self.signs() {
            let deleted = self.deleted.lock().unwrap_or_else(PoisonError::into_inner).take();
            if record.data.get(KEY) != deleted.as_ref() {
                record.data.remove(KEY);
            }
        }
        self.remember(record);
        in_time(self.shared.store.create(record)).await
    }

    /// Saves a session, unless it has ended or its sign-ins have changed since it was loaded. A
    /// request in flight during a sign-out must not undo the sign-out. The application may remove
    /// all sign-ins.
    ///
    /// This is exact among the requests of one process, if the store writes nothing after a call
    /// has timed out.
    async fn save(&self, record: &Record) -> Result<()> {
        let mut record = record.clone();
        self.remember(&mut record);
        in_time(async {
            let _turn = self.shared.writes.of(&record.id).await;
            match self.shared.store.load(&record.id).await? {
                Some(current)
                    if self.signs()
                        || !record.data.contains_key(KEY)
                        || current.data.get(KEY) == record.data.get(KEY) =>
                {
                    self.shared.store.save(&record).await
                }
                _ => Ok(()),
            }
        })
        .await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let record = match in_time(self.shared.store.load(id)).await {
            // The error would never go away, and the user could not even sign in again.
            Err(Error::Decode(error)) => {
                tracing::error!(target: "authgate::gate", error = %OneLine(&error), "ignored a session that cannot be parsed");
                None
            }
            record => record?,
        };
        // Stores delete expired sessions late, and not all of them check the date before.
        let record = record.filter(|record| record.expiry_date > OffsetDateTime::now_utc());
        *self.expires.lock().unwrap_or_else(PoisonError::into_inner) =
            record.as_ref().map(|record| record.expiry_date);
        let remembered = record.as_ref().filter(|record| remembered_until(record.data.get(KEY)).is_some());
        // Without a readable time, the session counts as unused.
        let last_used = |record: &Record| record.data.get(USED).and_then(time).unwrap_or(UNIX_EPOCH);
        *self.last_used.lock().unwrap_or_else(PoisonError::into_inner) = remembered.map(last_used);
        Ok(record)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        if self.replaces.load(Ordering::Relaxed) {
            *self.replaced.lock().unwrap_or_else(PoisonError::into_inner) = Some(*id);
            return Ok(());
        }
        in_time(async {
            let _turn = self.shared.writes.of(id).await;
            if !self.signs() {
                let deleted =
                    self.shared.store.load(id).await?.and_then(|mut record| record.data.remove(KEY));
                *self.deleted.lock().unwrap_or_else(PoisonError::into_inner) = deleted;
            }
            self.shared.store.delete(id).await
        })
        .await
    }
}

debug_only! {
    /// Formats no session data.
    [] RequestStore
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_requests_of_the_same_session_wait_for_each_other() {
        let turns = SessionLocks::default();
        let held = turns.of(&Id(1)).await;
        for other in (2..2_000).map(Id) {
            assert!(turns.turn(&other).try_lock().is_ok(), "{other:?}");
        }
        assert!(turns.turn(&Id(1)).try_lock().is_err());
        drop(held);
        assert!(turns.turn(&Id(1)).try_lock().is_ok());
    }

    #[test]
    fn drops_locks_of_sessions_without_requests() {
        let turns = SessionLocks::default();
        let kept = turns.turn(&Id(0));
        (1..10_000).for_each(|id| drop(turns.turn(&Id(id))));
        assert!(turns.0.lock().unwrap().len() < 100);
        assert!(Arc::ptr_eq(&kept, &turns.turn(&Id(0))));
    }
}
