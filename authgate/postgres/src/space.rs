//! The rows of one application in a database.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use authgate::scheme::BackendError;
use sha2::{Digest as _, Sha256};

use crate::server::Links;

/// The time for which entries are kept after their end, in addition to what the operation needs.
/// The clocks of the processes and of the server may differ by that much.
const CLOCK_SKEW: Duration = Duration::from_secs(60);

/// The year 9999, the latest time that is stored, in seconds.
const LAST: Duration = Duration::from_secs(253_402_300_799);

/// The connections, and the name of the application.
#[derive(Clone)]
pub(crate) struct Space {
    pub(crate) links: Arc<Links>,
    pub(crate) app: Arc<str>,
}

/// Omits the address, which may contain a password.
impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Space").field("app", &self.app).finish_non_exhaustive()
    }
}

/// Hashes names of any length and content. Different lists of names have different hashes.
pub(crate) fn hash(names: &[&str]) -> [u8; 32] {
    let hash = names.iter().fold(Sha256::new(), |hash, name| {
        hash.chain_update((name.len() as u64).to_be_bytes()).chain_update(name)
    });
    hash.finalize().into()
}

/// Returns the time, from 1970 to the year 9999.
pub(crate) fn bounded(time: SystemTime) -> SystemTime {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().min(LAST);
    UNIX_EPOCH.checked_add(since).unwrap_or(UNIX_EPOCH)
}

/// How long an entry is kept. The later of both times counts, so that a wrong clock of the process
/// or of the server does not drop it early.
pub(crate) struct Kept {
    pub(crate) until: SystemTime,
    /// The milliseconds from now to the end, or 0.
    pub(crate) left: i64,
}

impl Kept {
    /// Keeps an entry that matters until `end`.
    pub(crate) fn until(end: SystemTime) -> Self {
        let until = bounded(end.checked_add(CLOCK_SKEW).unwrap_or(end));
        let left = until.duration_since(SystemTime::now()).unwrap_or_default();
        Self { until, left: i64::try_from(left.as_millis()).unwrap_or(i64::MAX) }
    }
}

pub(crate) fn unexpected() -> BackendError {
    BackendError::new("an entry has another format: another program or another version has written it")
}
