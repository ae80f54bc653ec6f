//! Tickets of a support desk, in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

#[derive(Clone, Serialize)]
pub struct Ticket {
    pub id: u64,
    pub owner: String,
    pub title: String,
}

#[derive(Deserialize)]
pub struct Draft {
    pub title: String,
}

#[derive(Clone, Default)]
pub struct Tickets(Arc<Mutex<BTreeMap<u64, Ticket>>>);

impl Tickets {
    fn rows(&self) -> MutexGuard<'_, BTreeMap<u64, Ticket>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn all(&self) -> Vec<Ticket> {
        self.rows().values().cloned().collect()
    }

    pub fn of(&self, owner: &str) -> Vec<Ticket> {
        self.rows().values().filter(|ticket| ticket.owner == owner).cloned().collect()
    }

    pub fn get(&self, id: u64) -> Option<Ticket> {
        self.rows().get(&id).cloned()
    }

    pub fn open(&self, owner: &str, draft: Draft) -> Ticket {
        let mut rows = self.rows();
        let id = rows.last_key_value().map_or(1, |(last, _)| last + 1);
        let ticket = Ticket { id, owner: owner.to_owned(), title: draft.title };
        rows.insert(id, ticket.clone());
        ticket
    }

    pub fn save(&self, ticket: Ticket) -> Ticket {
        self.rows().insert(ticket.id, ticket.clone());
        ticket
    }

    pub fn delete(&self, id: u64) -> bool {
        self.rows().remove(&id).is_some()
    }
}
