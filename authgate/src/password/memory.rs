//! Right passwords, remembered for a while.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::Stored;
use crate::tag::Tag;

/// The most that is remembered.
const MOST: usize = 1024;

/// A stored hash and a password, under a key that nobody knows.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Mark(Tag<[u8; 32]>);

pub(super) struct Memory {
    key: [u8; 32],
    duration: Duration,
    /// Until when.
    marks: Mutex<HashMap<Mark, Instant>>,
}

impl Memory {
    /// `None` where the system has no random numbers: then nothing is remembered.
    pub(super) fn new(duration: Duration) -> Option<Self> {
        let mut key = [0; 32];
        if let Err(error) = getrandom::fill(&mut key) {
            tracing::error!(target: "authgate::gate", %error, "no random numbers: no password is remembered");
            return None;
        }
        Some(Self { key, duration, marks: Mutex::default() })
    }

    pub(super) fn mark(&self, stored: &Stored, password: &str) -> Option<Mark> {
        let mut text = String::new();
        stored.write_to(&mut text);
        // No hash has a NUL, so where it ends is told.
        let mac = Hmac::<Sha256>::new_from_slice(&self.key).ok()?;
        let mac = mac.chain_update(text).chain_update([0]).chain_update(password);
        Some(Mark(Tag::new(mac.finalize().into_bytes().into())))
    }

    pub(super) fn knows(&self, mark: &Mark) -> bool {
        let marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        marks.get(mark).is_some_and(|until| Instant::now() < *until)
    }

    pub(super) fn learn(&self, mark: Mark) {
        let now = Instant::now();
        let Some(until) = now.checked_add(self.duration) else { return };
        let mut marks = self.marks.lock().unwrap_or_else(PoisonError::into_inner);
        if marks.len() >= MOST {
            marks.retain(|_, until| now < *until);
        }
        if marks.len() >= MOST
            && let Some(oldest) = marks.iter().min_by_key(|(_, until)| **until).map(|(mark, _)| *mark)
        {
            marks.remove(&oldest);
        }
        marks.insert(mark, until);
    }
}

/// Prints no mark and no key.
impl fmt::Debug for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Memory").field("duration", &self.duration).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_bounded_and_forgets_the_oldest_first() {
        let memory = Memory::new(Duration::from_secs(60)).unwrap();
        let decoy = Stored::decoy_of_default();
        let mark = |number: usize| memory.mark(&decoy, &number.to_string()).unwrap();
        for number in 0..=MOST {
            memory.learn(mark(number));
        }
        assert_eq!(memory.marks.lock().unwrap().len(), MOST);
        assert!(!memory.knows(&mark(0)) && memory.knows(&mark(1)) && memory.knows(&mark(MOST)));
        assert!(!memory.knows(&mark(MOST + 1)));
    }

    #[test]
    fn it_forgets_in_time() {
        for duration in [Duration::ZERO, Duration::MAX] {
            let memory = Memory::new(duration).unwrap();
            let mark = memory.mark(&Stored::decoy_of_default(), "password").unwrap();
            memory.learn(mark);
            assert!(!memory.knows(&mark), "{duration:?}");
        }
    }

    #[test]
    fn another_hash_and_another_process_have_other_marks() {
        let (one, two) = (Memory::new(Duration::MAX).unwrap(), Memory::new(Duration::MAX).unwrap());
        let argon2 = Stored::decoy_of_default();
        let bcrypt = Stored::parse(&format!("$2b$04${}", ".".repeat(53))).unwrap();
        assert!(one.mark(&argon2, "a") == one.mark(&argon2, "a"));
        assert!(one.mark(&argon2, "a") != one.mark(&bcrypt, "a"));
        assert!(one.mark(&argon2, "a") != two.mark(&argon2, "a"));
    }
}
