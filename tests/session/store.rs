use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::{Error, Result};

/// What a store is like at the moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It answers.
    Well,
    /// It cannot read.
    CannotLoad,
    /// It cannot write, nor delete.
    CannotWrite,
    /// It cannot write, nor delete, the next time.
    CannotWriteOnce,
    /// It reads what it cannot make sense of.
    Garbled,
    /// It never answers.
    Hangs,
    /// It does not answer the next write.
    HangsWritingOnce,
    /// It panics.
    Panics,
}

/// A store of sessions that can be made to fail, and whose sessions can be made to age. It gives out sessions that are
/// over, as careless ones do.
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
    /// Makes it like this.
    pub fn be(&self, mood: Mood) {
        *self.0.mood.lock().unwrap_or_else(PoisonError::into_inner) = mood;
    }

    fn records(&self) -> MutexGuard<'_, HashMap<Id, Record>> {
        self.0.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How many sessions there are.
    #[must_use]
    pub fn sessions(&self) -> usize {
        self.records().len()
    }

    /// How often a session that there was has been written.
    #[must_use]
    pub fn saves(&self) -> usize {
        self.0.saves.load(Ordering::Relaxed)
    }

    /// How often it was asked.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.0.loads.load(Ordering::Relaxed)
    }

    /// Lets time pass for what ends a session that is not used.
    pub fn leave_idle(&self, time: Duration) {
        self.records().values_mut().for_each(|record| record.expiry_date -= time);
    }

    /// Lets time pass since everybody has signed in.
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

    /// Spoils what authgate keeps.
    pub fn spoil(&self) {
        for record in self.records().values_mut() {
            record.data.insert("authgate".to_owned(), "spoilt".into());
        }
    }

    /// Takes a while for each call, so that requests are at work at the same time.
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
