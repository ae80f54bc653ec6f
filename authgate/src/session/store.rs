//! A store of sessions as one request sees it: within a time, without sessions that are over, and never reviving one.

use std::any::TypeId;
use std::fmt;
use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use time::OffsetDateTime;
use tokio::sync::{Mutex as Turn, MutexGuard};
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

use super::signed_in::KEY;

use crate::log::OneLine;

/// How long a store may take for one answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// The application's store.
pub(crate) struct Shared {
    store: Box<dyn SessionStore>,
    /// Whose turn it is to write, for one in so many sessions each.
    turns: [Turn<()>; 64],
    /// The turns of requests that sign in or out, each of which writes several times.
    transitions: [Turn<()>; 64],
    /// The bindings of the gates that were built, with the types of their principal and accounts.
    bindings: Mutex<Vec<([String; 4], TypeId)>>,
}

impl Shared {
    pub(crate) fn new(store: impl SessionStore) -> Self {
        let [turns, transitions] = std::array::from_fn(|_| std::array::from_fn(|_| Turn::new(())));
        Self { store: Box::new(store), turns, transitions, bindings: Mutex::default() }
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

/// The turn of a session. Ids are random, so that their rests are spread evenly.
fn turn<'a>(turns: &'a [Turn<()>; 64], id: &Id) -> Option<&'a Turn<()>> {
    turns.get(usize::try_from(id.0.rem_euclid(64)).ok()?)
}

/// The store, for one request.
pub(crate) struct OfRequest {
    shared: Arc<Shared>,
    /// When the session that was loaded would end.
    expires: Mutex<Option<OffsetDateTime>>,
    /// Whether a signed-in caller has used the session.
    used: AtomicBool,
    /// Whether what was to be done to the session has failed.
    given_up: AtomicBool,
    /// Whether this request changes who has signed in.
    signs: AtomicBool,
}

impl OfRequest {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::clone(shared),
            expires: Mutex::default(),
            used: AtomicBool::new(false),
            given_up: AtomicBool::new(false),
            signs: AtomicBool::new(false),
        }
    }

    /// Waits for the turn of a request that changes who has signed in to this session.
    pub(crate) async fn transition(&self, id: &Id) -> Result<Option<MutexGuard<'_, ()>>> {
        in_time(async {
            Ok(match turn(&self.shared.transitions, id) {
                Some(turn) => Some(turn.lock().await),
                None => None,
            })
        })
        .await
    }

    /// Sets whether what is saved changes who has signed in.
    pub(crate) fn change_records(&self, changes: bool) {
        self.signs.store(changes, Ordering::Relaxed);
    }

    pub(crate) fn is_of(&self, shared: &Arc<Shared>) -> bool {
        Arc::ptr_eq(&self.shared, shared)
    }

    /// Notes that a signed-in caller has used the session.
    pub(crate) fn use_it(&self) {
        self.used.store(true, Ordering::Relaxed);
    }

    /// Leaves the session as the store has it, whatever was done to it in this request.
    pub(crate) fn give_up(&self) {
        self.given_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_given_up(&self) -> bool {
        self.given_up.load(Ordering::Relaxed)
    }

    /// Whether the session is to live longer: it was used, and a tenth of its idle time is gone since it was last
    /// written. Else each request would be a write.
    pub(crate) fn is_to_be_extended(&self, idle: Duration) -> bool {
        let expires = *self.expires.lock().unwrap_or_else(PoisonError::into_inner);
        let left = expires.map(|expires| expires - OffsetDateTime::now_utc());
        self.used.load(Ordering::Relaxed) && left.is_some_and(|left| left < idle - idle / 10)
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T>> + Send) -> Result<T> {
    match tokio::time::timeout(PATIENCE, answer).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::Backend(format!("the store of sessions did not answer within {PATIENCE:?}"))),
    }
}

#[async_trait]
impl SessionStore for OfRequest {
    async fn create(&self, record: &mut Record) -> Result<()> {
        in_time(self.shared.store.create(record)).await
    }

    /// A session that has ended since it was loaded stays so: a request that was under way while its session was
    /// signed out must not bring it back, nor the sign-in of one gate if others remain. Exact among the requests of one process; of several, all but certain.
    async fn save(&self, record: &Record) -> Result<()> {
        in_time(async {
            let turn = turn(&self.shared.turns, &record.id);
            let _turn = match turn {
                Some(turn) => Some(turn.lock().await),
                None => None,
            };
            match self.shared.store.load(&record.id).await? {
                Some(current)
                    if self.signs.load(Ordering::Relaxed)
                        || current.data.get(KEY) == record.data.get(KEY) =>
                {
                    self.shared.store.save(record).await
                }
                _ => Ok(()),
            }
        })
        .await
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        let record = match in_time(self.shared.store.load(id)).await {
            // It would be so for ever, and its holder could not even sign in anew.
            Err(Error::Decode(error)) => {
                tracing::error!(target: "authgate::gate", error = %OneLine(&error), "a session that cannot be read counts as none");
                None
            }
            record => record?,
        };
        // Stores delete when they come to it, and not all look at the date before they do.
        let record = record.filter(|record| record.expiry_date > OffsetDateTime::now_utc());
        *self.expires.lock().unwrap_or_else(PoisonError::into_inner) =
            record.as_ref().map(|record| record.expiry_date);
        Ok(record)
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        in_time(async {
            let turn = turn(&self.shared.turns, id);
            let _turn = match turn {
                Some(turn) => Some(turn.lock().await),
                None => None,
            };
            self.shared.store.delete(id).await
        })
        .await
    }
}

/// Prints no session.
impl fmt::Debug for OfRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OfRequest")
    }
}
