//! The task that keeps the keys of one issuer fresh.

use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::{Instant, timeout_at};

use super::IssuerEvent;
use super::discovery::{self, Fetched, Metadata};
use super::key_set::KeySet;
use crate::error::BackendError;
use crate::jws::Keys;
use crate::log::{Causes, OneLine};

/// The time after which keys are fetched again, if the server does not state one, and its bounds.
const USUAL_AGE: Duration = Duration::from_secs(10 * 60);
const LEAST_AGE: Duration = Duration::from_secs(30);
const MOST_AGE: Duration = Duration::from_secs(60 * 60);

/// The time before another attempt after a failure. It doubles with each further failure.
const LEAST_PAUSE: Duration = Duration::from_secs(1);
const MOST_PAUSE: Duration = Duration::from_secs(30);

/// The time for which the metadata is used.
pub(super) const METADATA_AGE: Duration = Duration::from_secs(60 * 60);

/// The state of the task between fetches.
#[derive(Default)]
struct Refresh {
    metadata: Option<(Instant, Metadata)>,
    failures: u32,
}

/// Fetches the keys now, and again before they are old, until the set is dropped.
pub(super) async fn keep_fresh(set: Weak<KeySet>, wake: Arc<Notify>) {
    let mut refresh = Refresh::default();
    let _refreshed = Refreshed(Weak::clone(&set));
    loop {
        let Some(keys) = set.upgrade() else { return };
        let next = refresh.run(&keys).await;
        let stale_at = keys.fetched_at().and_then(|at| at.checked_add(keys.settings.stale_for));
        let now = Instant::now();
        if stale_at.is_some_and(|at| at <= now) {
            keys.forget();
        }
        drop(keys);
        // At the end of their time, the keys are fetched once more.
        let next = stale_at.filter(|at| *at > now).map_or(next, |stale| stale.min(next));
        if timeout_at(next, wanted(&set, &wake)).await == Ok(false) {
            return;
        }
    }
}

/// The keys of a set while its task runs. If the task ends before the set, as it does with its
/// runtime, nothing would notice that a key is withdrawn. The next request then fetches them.
struct Refreshed(Weak<KeySet>);

impl Drop for Refreshed {
    fn drop(&mut self) {
        let Some(set) = self.0.upgrade() else { return };
        tracing::warn!(target: "authgate::oauth", issuer = %OneLine(&set.settings.name), "the task that refreshes the keys of an issuer has ended");
        set.remove_keys();
    }
}

/// Waits until a request needs a fetch. Returns `false` if the set is dropped.
async fn wanted(set: &Weak<KeySet>, wake: &Notify) -> bool {
    loop {
        match set.upgrade() {
            None => return false,
            Some(keys) if keys.is_wanted() => return true,
            // A waiting task must not keep the set.
            Some(keys) => drop(keys),
        }
        wake.notified().await;
    }
}

impl Refresh {
    /// Fetches the keys once. Returns the time of the next fetch.
    async fn run(&mut self, set: &Arc<KeySet>) -> Instant {
        set.started();
        let start = Instant::now();
        // In a separate task, a panic of the HTTP client ends this fetch only.
        let (settings, known) = (set.settings.clone(), self.metadata.take());
        let fetch = tokio::spawn(async move { fetched(&settings, known).await });
        let (metadata, result) = match fetch.await {
            Ok((metadata, result)) => (metadata, result),
            Err(_) => (None, Err(BackendError::new("the HTTP client panicked"))),
        };
        self.metadata = metadata;
        let name = OneLine(&set.settings.name);
        let (issuer, duration) = (&*set.settings.name, start.elapsed());
        let pause = match result.and_then(|fetched| set.take(fetched)) {
            Ok(Taken { age, keys, changed }) => {
                if changed {
                    tracing::info!(target: "authgate::oauth", issuer = %name, keys, "the keys of an issuer have changed");
                }
                set.settings.observers.tell(&IssuerEvent::Fetched { issuer, keys, changed, duration });
                if self.failures > 0 {
                    tracing::info!(target: "authgate::oauth", issuer = %name, "the keys of an issuer can be fetched again");
                }
                self.failures = 0;
                set.finished(true);
                age.mul_f64(0.8)
            }
            Err(error) => {
                // The address may have changed.
                self.metadata = None;
                let causes = Causes(&error);
                let keys_age = set.age();
                set.settings.observers.tell(&IssuerEvent::FetchFailed {
                    issuer,
                    error: &error,
                    keys_age,
                    duration,
                });
                let age = keys_age.map(|age| age.as_secs());
                tracing::error!(target: "authgate::oauth", issuer = %name, error = %OneLine(&causes), failures = self.failures + 1, keys_age_s = age, "the keys of an issuer cannot be fetched");
                let pause = LEAST_PAUSE.saturating_mul(1 << self.failures.min(5)).min(MOST_PAUSE);
                self.failures = self.failures.saturating_add(1);
                set.finished(false);
                spread(pause)
            }
        };
        Instant::now() + pause
    }
}

/// The fetched keys that are in use now.
struct Taken {
    /// The age at which they are fetched again.
    age: Duration,
    keys: usize,
    changed: bool,
}

/// Fetches the metadata, unless its address is configured or known, and then the keys.
async fn fetched(
    settings: &super::Settings,
    known: Option<(Instant, Metadata)>,
) -> (Option<(Instant, Metadata)>, Result<Fetched, BackendError>) {
    if let Some(address) = &settings.jwks_uri {
        return (None, discovery::keys(settings, address).await);
    }
    let known = known.filter(|(at, _)| at.elapsed() < METADATA_AGE);
    let (at, metadata) = match known {
        Some(known) => known,
        None => match discovery::metadata(settings).await {
            Ok(metadata) => (Instant::now(), metadata),
            Err(error) => return (None, Err(error)),
        },
    };
    let keys = match &metadata.jwks_uri {
        Some(address) => discovery::keys(settings, address).await,
        None => Err(BackendError::new("the metadata has no `jwks_uri`: set it with `Issuer::jwks_uri(..)`")),
    };
    (Some((at, metadata)), keys)
}

/// Returns a time between three quarters of `pause` and `pause`, so that several processes do not
/// ask together.
fn spread(pause: Duration) -> Duration {
    use std::hash::{BuildHasher as _, RandomState};
    let random = RandomState::new().hash_one(()) % 256;
    pause.mul_f64(0.75 + f64::from(u8::try_from(random).unwrap_or(0)) / 1024.0)
}

impl KeySet {
    /// Takes the fetched keys.
    fn take(&self, fetched: Fetched) -> Result<Taken, BackendError> {
        let keys = fetched.keys.iter().len();
        let changed = self.keys.exchange(fetched.keys).map_err(BackendError::new)?;
        let age = fetched.max_age.map_or(USUAL_AGE, |age| age.clamp(LEAST_AGE, MOST_AGE));
        Ok(Taken { age, keys, changed })
    }

    /// Removes keys that are too old. Their tokens then get 503.
    fn forget(&self) {
        if self.keys.is_empty() {
            return;
        }
        tracing::error!(target: "authgate::oauth", issuer = %OneLine(&self.settings.name), "the keys of an issuer are too old to be used");
        self.settings.observers.tell(&IssuerEvent::KeysExpired { issuer: &self.settings.name });
        self.remove_keys();
    }

    fn remove_keys(&self) {
        if let Err(error) = self.keys.exchange(Keys::none()) {
            tracing::error!(target: "authgate::oauth", %error, "old keys cannot be removed");
        }
    }
}
