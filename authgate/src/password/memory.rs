//! Remembers correct passwords for some time.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::keyed::AttemptId;
use super::recent::Recent;
use crate::secret::debug_only;

/// The maximum number of entries.
const MOST: usize = 1024;

pub(super) struct Memory {
    duration: Duration,
    right: Mutex<Recent<AttemptId, ()>>,
}

impl Memory {
    pub(super) fn new(duration: Duration) -> Self {
        Self { duration, right: Mutex::new(Recent::new(MOST)) }
    }

    pub(super) fn knows(&self, attempted: &AttemptId) -> bool {
        let right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.get(attempted).is_some_and(|(_, at)| at.elapsed() < self.duration)
    }

    pub(super) fn learn(&self, attempted: AttemptId) {
        let mut right = self.right.lock().unwrap_or_else(PoisonError::into_inner);
        right.insert(attempted, (), Instant::now());
    }
}

debug_only! {
    /// Formats neither passwords nor keys.
    [] Memory { duration }
}

#[cfg(test)]
mod tests {
    use super::super::keyed::Key;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn forgets_password_after_configured_duration() {
        let attempted = Key::draw().unwrap().attempted("vera", None, "right").unwrap();
        for (duration, remembers) in [(0, false), (59, false), (61, true)] {
            let memory = Memory::new(Duration::from_secs(duration));
            memory.learn(attempted);
            tokio::time::advance(Duration::from_secs(60)).await;
            assert_eq!(memory.knows(&attempted), remembers, "{duration}");
        }
    }
}
