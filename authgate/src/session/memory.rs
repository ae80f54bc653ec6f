use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use time::OffsetDateTime;
use tower_sessions_core::SessionStore;
use tower_sessions_core::session::{Id, Record};
use tower_sessions_core::session_store::Result;

/// Sessions in the memory of this process. They are lost when the process ends and are unknown to
/// other processes. Expired sessions are removed when new ones are created.
pub(crate) struct MemoryStore(Mutex<Kept>);

struct Kept {
    records: HashMap<Id, Record>,
    /// The number of sessions at which expired ones are removed next. It is twice the number that
    /// remained the last time. The cost is therefore low, and live sessions bound the memory.
    sweep_at: usize,
}

/// The minimum number of sessions for removing expired ones.
const FEW: usize = 1024;

impl MemoryStore {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(Kept { records: HashMap::new(), sweep_at: FEW }))
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_alive(record: &Record) -> bool {
    record.expiry_date > OffsetDateTime::now_utc()
}

#[async_trait]
impl SessionStore for MemoryStore {
    async fn create(&self, record: &mut Record) -> Result<()> {
        let mut kept = self.kept();
        if kept.records.len() >= kept.sweep_at {
            kept.records.retain(|_, record| is_alive(record));
            kept.sweep_at = FEW.max(kept.records.len().saturating_mul(2));
        }
        while kept.records.contains_key(&record.id) {
            record.id = Id::default();
        }
        kept.records.insert(record.id, record.clone());
        Ok(())
    }

    async fn save(&self, record: &Record) -> Result<()> {
        self.kept().records.insert(record.id, record.clone());
        Ok(())
    }

    async fn load(&self, id: &Id) -> Result<Option<Record>> {
        Ok(self.kept().records.get(id).filter(|record| is_alive(record)).cloned())
    }

    async fn delete(&self, id: &Id) -> Result<()> {
        self.kept().records.remove(id);
        Ok(())
    }
}

/// Formats the number of sessions only.
impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("MemoryStore").field(&self.kept().records.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use time::Duration;

    use super::*;

    #[tokio::test]
    async fn expired_records_are_removed() {
        let store = MemoryStore::new();
        for number in 0..5000 {
            let age = if number < 10 { Duration::HOUR } else { -Duration::HOUR };
            let expiry_date = OffsetDateTime::now_utc() + age;
            let mut record = Record { id: Id(number), data: HashMap::new(), expiry_date };
            store.create(&mut record).await.unwrap();
        }
        assert!(store.kept().records.len() <= FEW, "{store:?}");
        assert!(store.load(&Id(9)).await.unwrap().is_some());
        assert!(store.load(&Id(4999)).await.unwrap().is_none());
    }
}
