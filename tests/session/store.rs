use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

/// The behavior of a store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// Works.
    Well,
    /// Fails to read.
    CannotLoad,
    /// Fails to write and to delete.
    CannotWrite,
    /// Fails the next write or delete.
    CannotWriteOnce,
    /// Reads undecodable data.
    Garbled,
    /// Never responds.
    Hangs,
    /// Does not respond to the next write.
    HangsWritingOnce,
    /// Panics.
    Panics,
}

/// A session store that can be made to fail, and whose sessions can be made older. It returns
/// expired sessions, as careless stores do.
#[derive(Clone, Debug)]
pub struct Store(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    mood: Mutex<Mood>,
    records: Mutex<HashMap<Id, Record>>,
    saves: AtomicUsize,
    loads: AtomicUsize,
    slow: AtomicBool,
}

impl Default for Store {
    fn default() -> Self {
        Self(Arc::new(Inner {
            mood: Mutex::new(Mood::Well),
            records: Mutex::default(),
            saves: AtomicUsize::new(0),
            loads: AtomicUsize::new(0),
            slow: AtomicBool::new(false),
        }))
    }
}

impl Store {
    /// Sets the behavior.
    pub fn be(&self, mood: Mood) {
        *self.0.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn records(&self) -> MutexGuard<'_, HashMap<Id, Record>> {
        self.0.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the number of sessions.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.records().len()
    }

    /// Returns how often an existing session was written.
    #[must_use]
    pub fn saves(&self) -> usize {
        self.0.saves.load(Ordering::Relaxed)
    }

    /// Returns how often a session was read.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.0.loads.load(Ordering::Relaxed)
    }

    /// Makes all sessions idle for this time.
    pub fn make_idle(&self, time: Duration) {
        self.records().values_mut().for_each(|record| record.expiry_date -= time);
    }

    /// Makes all sign-ins older by this time.
    pub fn age(&self, time: Duration) {
        for record in self.records().values_mut() {
            let kept =
                record.data.get_mut("authgate").and_then(|kept| kept.as_array_mut()).expect("signed in");
            let time = u64::try_from(time.as_millis()).expect("a short time");
            for at in kept.iter_mut().filter_map(|kept| kept.get_mut("at")) {
                *at = (at.as_u64().expect("a number") - time).into();
            }
        }
    }

    /// Lets this time pass: makes all sessions idle, and all sign-ins older.
    pub fn pass(&self, time: Duration) {
        self.make_idle(time);
        let time = u64::try_from(time.as_millis()).expect("a short time");
        for record in self.records().values_mut() {
            let (mut records, mut used) =
                (record.data.remove("authgate"), record.data.remove("authgate.used"));
            let members = records.iter_mut().flat_map(|kept| kept.as_array_mut().expect("signed in"));
            let members = members.flat_map(|kept| kept.as_object_mut().expect("a record"));
            let members = members.filter(|(name, _)| ["at", "until"].contains(&name.as_str()));
            for moved in members.map(|(_, value)| value).chain(&mut used) {
                *moved = (moved.as_u64().expect("a number") - time).into();
            }
            let kept = [("authgate", records), ("authgate.used", used)];
            record.data.extend(kept.into_iter().filter_map(|(key, kept)| Some((key.to_owned(), kept?))));
        }
    }

    /// Corrupts the data that authgate stores in the sessions.
    pub fn spoil(&self) {
        for record in self.records().values_mut() {
            record.data.insert("authgate".to_owned(), "spoilt".into());
        }
    }

    /// Delays each call, so that requests overlap.
    pub fn be_slow(&self, slow: bool) {
        self.0.slow.store(slow, Ordering::Relaxed);
    }

    async fn may(&self, bad: Mood) -> Result<()> {
        if self.0.slow.load(Ordering::Relaxed) {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        let mood = *self.0.mood.lock().unwrap_or_else(PoisonError::into_inner);
        match mood {
            Mood::CannotWriteOnce if bad == Mood::CannotWrite => {
                self.be(Mood::Well);
                Err(Error::Backend("no connection".to_owned()))
            }
            Mood::HangsWritingOnce if bad == Mood::CannotWrite => {
                self.be(Mood::Well);
                std::future::pending().await
            }
            Mood::Hangs => std::future::pending().await,
            Mood::Panics => panic!("the store is broken"),
            mood if mood == bad => Err(Error::Backend("no connection".to_owned())),
            _ => Ok(()),
        }
    }
}

#[async_trait]
impl SessionStore for Store {
    async fn create(&self, record: &mut Record) -> Result<()> {
        self.may(Mood::CannotWrite).await?;
        while self.records().contains_key(&record.id) {
            record.id = Id::default();
        }
        self.records().insert(record.id, record.clone());
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.may(Mood::CannotWrite).await?;
        self.0.saves.fetch_add(1, Ordering::Relaxed);
        self.records().insert(record.id, record.clone());
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        self.0.loads.fetch_add(1, Ordering::Relaxed);
        self.may(Mood::CannotLoad).await?;
        if *self.0.mood.lock().unwrap_or_else(PoisonError::into_inner) == Mood::Garbled {
            return Err(Error::Decode("what is this?".to_owned()));
        }
        Ok(self.records().get(id).cloned())
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.may(Mood::CannotWrite).await?;
        self.records().remove(id);
        Ok(())
    }
}
