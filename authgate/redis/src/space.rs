//! The keys of one application in a server.

use std::fmt;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use authgate::scheme::BackendError;
use redis::{Cmd, Value, cmd};
use sha2::{Digest as _, Sha256};

use crate::link::Link;
use crate::server::Server;

/// The milliseconds for which entries are kept after their end, in addition to what the operation
/// needs. The clocks of the processes and of the server may differ by that much.
const CLOCK_SKEW: u64 = 60_000;

/// The year 9999, the latest time that is stored. Lua represents its milliseconds exactly.
const LAST: u64 = 253_402_300_799_000;

/// A connection, and the prefix of the keys.
#[derive(Clone)]
pub(crate) struct Space {
    pub(crate) link: Arc<Link<Server>>,
    pub(crate) prefix: Arc<str>,
}

impl Space {
    /// Returns the key of an entry, such as `authgate:once:00ff..`. The name is hexadecimal, so
    /// that keys of two prefixes and kinds are never equal.
    pub(crate) fn key(&self, kind: &str, name: impl AsRef<[u8]>) -> String {
        let mut key = format!("{}:{kind}:", self.prefix);
        for byte in name.as_ref() {
            for digit in [byte >> 4, byte & 15] {
                key.push(char::from_digit(digit.into(), 16).unwrap_or_default());
            }
        }
        key
    }
}

/// Omits the address, which may contain a password.
impl fmt::Debug for Space {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Space").field("prefix", &self.prefix).finish_non_exhaustive()
    }
}

/// Hashes names of any length and content. Different lists of names have different hashes.
pub(crate) fn hash(names: &[&str]) -> [u8; 32] {
    let hash = names.iter().fold(Sha256::new(), |hash, name| {
        hash.chain_update((name.len() as u64).to_be_bytes()).chain_update(name)
    });
    hash.finalize().into()
}

/// Returns the milliseconds since 1970, from 1 to those of the year 9999.
pub(crate) fn milliseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(since).unwrap_or(LAST).clamp(1, LAST)
}

/// How long an entry is kept. The later of both times counts, so that a wrong clock of the process
/// or of the server does not drop it early.
pub(crate) struct Kept {
    /// The end in milliseconds since 1970.
    pub(crate) until: u64,
    /// The milliseconds from now to the end, or 0.
    pub(crate) left: u64,
}

impl Kept {
    /// Keeps an entry that matters until `end`.
    pub(crate) fn until(end: SystemTime) -> Self {
        let until = milliseconds(end).saturating_add(CLOCK_SKEW).min(LAST);
        Self { until, left: until.saturating_sub(milliseconds(SystemTime::now())) }
    }
}

/// A script. The server runs it in one step, with its own clock.
pub(crate) fn script(text: &str, keys: &[String]) -> Cmd {
    let mut script = cmd("EVAL");
    script.arg(text).arg(keys.len()).arg(keys);
    script
}

pub(crate) fn unexpected(answer: &Value) -> BackendError {
    match answer {
        Value::ServerError(error) => BackendError::new(format!(
            "the server has answered {}: {}",
            error.code(),
            error.details().unwrap_or_default()
        )),
        _ => BackendError::new(
            "an entry has another format: another program or another version has written it",
        ),
    }
}
