use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use super::expiring::{Clock, Expiring, MOST, seconds};
use super::{BackendError, Once};
use crate::secret::debug_only;

/// A [`Once`] in the memory of this process.
///
/// Another process, and this one after a restart, accepts the same values again. Use it only for a
/// service with one process, or together with other protection, such as the nonces of DPoP.
///
/// # Examples
///
/// ```
/// use std::time::{Duration, SystemTime};
///
/// use authgate::oauth::{InMemoryOnce, Once};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), authgate::oauth::BackendError> {
/// let used = InMemoryOnce::new();
/// let until = SystemTime::now() + Duration::from_secs(60);
/// assert!(used.first(&[7; 32], until).await?);
/// assert!(!used.first(&[7; 32], until).await?);
/// # Ok(()) }
/// ```
pub struct InMemoryOnce {
    keys: Mutex<Expiring>,
    clock: Clock,
    most: usize,
}

impl InMemoryOnce {
    /// Creates an empty store for at most 1,048,576 values, which take about 100 MiB.
    #[must_use]
    pub fn new() -> Self {
        Self::with_capacity(MOST)
    }

    /// Creates an empty store for at most this number of values. If it is full, it returns an
    /// error until values have expired, so that no value is ever accepted twice.
    #[must_use]
    pub fn with_capacity(most: usize) -> Self {
        Self { keys: Mutex::default(), clock: Clock::start(), most }
    }

    fn first_at(&self, key: [u8; 32], until: SystemTime, now: u64) -> Result<bool, BackendError> {
        let end = seconds(until);
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.drop_before(now);
        if end < now || keys.contains(&key) {
            return Ok(false);
        }
        if keys.len() >= self.most {
            return Err(BackendError::new(format!("the store has {} values and is full", self.most)));
        }
        keys.insert(key, end);
        Ok(true)
    }
}

impl Default for InMemoryOnce {
    fn default() -> Self {
        Self::new()
    }
}

impl Once for InMemoryOnce {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        self.first_at(*key, until, self.clock.now())
    }
}

debug_only!([] InMemoryOnce { most });

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    #[test]
    fn value_counts_once_until_it_expires() {
        let used = InMemoryOnce::new();
        let first = |key: u8, until, now| used.first_at([key; 32], at(until), now).unwrap();
        assert!(first(1, 100, 50) && first(2, 100, 50));
        assert!(!first(1, 100, 50) && !first(1, 500, 100));
        assert!(first(1, 500, 101));
        assert!(!first(3, 100, 101), "the time has passed");
    }

    #[test]
    fn full_store_is_an_error_until_values_expire() {
        let used = InMemoryOnce::with_capacity(2);
        let first = |key: u8, now| used.first_at([key; 32], at(100), now).ok();
        assert_eq!([first(1, 0), first(2, 0), first(3, 0)], [Some(true), Some(true), None]);
        assert_eq!(first(1, 0), Some(false), "a known value is still rejected");
        assert_eq!(used.first_at([3; 32], at(200), 101).ok(), Some(true));
        assert_eq!(used.keys.lock().unwrap().len(), 1);
    }

    #[test]
    fn one_of_many_threads_is_first() {
        let (used, firsts) = (Arc::new(InMemoryOnce::new()), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for key in 0..=255 {
                        let is_first = used.first_at([key; 32], at(100), 0).unwrap();
                        firsts.fetch_add(usize::from(is_first), Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!(firsts.into_inner(), 256);
    }
}
