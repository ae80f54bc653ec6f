//! The calls that have not ended: one per token, and a bounded number.

use std::collections::HashMap;

use tokio::sync::watch;

use super::introspector::{Introspected, Key};

/// The maximum number of tokens that wait for the endpoint at the same time.
const MOST: usize = 256;

/// The result of a call, once it has ended: `None` if it failed.
type Landed = Option<Option<Introspected>>;

pub(super) type Receiver = watch::Receiver<Landed>;

/// The senders of the results, by the SHA-256 of the token.
#[derive(Default)]
pub(super) struct Flights(HashMap<Key, watch::Sender<Landed>>);

impl Flights {
    pub(super) fn find(&self, key: &Key) -> Option<Receiver> {
        self.0.get(key).map(watch::Sender::subscribe)
    }

    /// Adds a call. Returns `None` if there are too many.
    pub(super) fn add(&mut self, key: Key) -> Option<Receiver> {
        if self.0.len() >= MOST {
            return None;
        }
        let (sender, receiver) = watch::channel(None);
        self.0.insert(key, sender);
        Some(receiver)
    }

    pub(super) fn remove(&mut self, key: &Key) -> Option<watch::Sender<Landed>> {
        self.0.remove(key)
    }
}
