//! Events of an issuer whose keys are fetched.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::guard::caught;

/// An event of an issuer whose keys are fetched, such as for metrics. The log has the same events,
/// with the target `authgate::oauth`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum IssuerEvent<'a> {
    /// The keys were fetched.
    Fetched {
        /// The name of the issuer.
        issuer: &'a str,
        /// The number of usable keys.
        keys: usize,
        /// `true` if a key is new or was withdrawn.
        changed: bool,
        /// The duration of the fetch.
        duration: Duration,
    },
    /// The keys could not be fetched.
    FetchFailed {
        /// The name of the issuer.
        issuer: &'a str,
        /// The cause, for people.
        error: &'a (dyn std::error::Error + 'static),
        /// The time since the keys in use were fetched. `None` without keys.
        keys_age: Option<Duration>,
        /// The duration of the attempt.
        duration: Duration,
    },
    /// A token has a key id that is not in the set. The token may be forged.
    UnknownKey {
        /// The name of the issuer.
        issuer: &'a str,
        /// `true` if the token causes no fetch, because another one just did.
        in_cool_down: bool,
    },
    /// The keys are too old, and are no longer used.
    KeysExpired {
        /// The name of the issuer.
        issuer: &'a str,
    },
}

/// The functions that observe an issuer.
#[derive(Clone, Default)]
pub(super) struct Observers(Vec<Arc<Observer>>);

type Observer = dyn Fn(&IssuerEvent<'_>) + Send + Sync;

impl Observers {
    pub(super) fn add(&mut self, observer: impl Fn(&IssuerEvent<'_>) + Send + Sync + 'static) {
        self.0.push(Arc::new(observer));
    }

    /// Tells all observers. A panic of one changes nothing.
    pub(super) fn tell(&self, event: &IssuerEvent<'_>) {
        for observer in &self.0 {
            if caught(|| observer(event)).is_none() {
                tracing::error!(target: "authgate::oauth", "an observer of an issuer panicked");
            }
        }
    }
}

impl fmt::Debug for Observers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Observers").field(&self.0.len()).finish()
    }
}
