//! The answers of one introspection endpoint: cached, and one call at a time for each token.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::Uri;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};
use tokio::runtime::Handle;
use tokio::time::Instant;

use super::Introspection;
use super::call::Failure;
use super::flights::{Flights, Receiver};
use crate::jws::RotatingKeys;
use crate::jws::remote::{KeySet, Settings};
use crate::log::{Causes, OneLine};

/// The maximum size of the cached answers of an issuer, in bytes.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The bytes of an entry in addition to its answer.
const ENTRY_OVERHEAD: usize = 320;

/// The maximum number of inactive tokens that are cached. They are kept apart, so that guessed
/// tokens do not replace the answers for others.
const MOST_INACTIVE: usize = 4096;

/// How long the answer for an inactive token is used.
const INACTIVE_FOR: Duration = Duration::from_secs(1);

/// The time before another call after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// The least time between two log events about failures.
const LOG_INTERVAL: Duration = Duration::from_secs(10);

/// The SHA-256 of a token. The cache belongs to one issuer.
pub(super) type Key = [u8; 32];

/// The answer of the issuer about a token.
#[derive(Clone)]
pub(crate) enum Introspected {
    /// The token is active. These are its claims, as a JSON object.
    Active(Arc<str>),
    Inactive,
}

/// The answer for a token, or how to get it.
pub(crate) enum Lookup {
    Known(Introspected),
    /// Resolves to `None` if the call fails.
    Wait(Pin<Box<dyn Future<Output = Option<Introspected>> + Send>>),
    /// A call has just failed.
    Unavailable,
    /// Too many calls are waiting for the endpoint.
    Busy,
}

/// The introspection of an issuer's tokens.
pub(crate) struct Introspector {
    pub(super) settings: Settings,
    pub(super) introspection: Introspection,
    /// The keys that verify signed answers.
    pub(super) keys: RotatingKeys,
    pub(super) set: Arc<KeySet>,
    /// The endpoint that the metadata states. Locked while the metadata is fetched.
    pub(super) endpoint: tokio::sync::Mutex<Option<(Instant, Uri)>>,
    active: Cache<Key, Arc<Kept>, Weigh>,
    inactive: Cache<Key, Instant>,
    state: Mutex<State>,
}

/// A cached answer.
struct Kept {
    at: Instant,
    claims: Arc<str>,
}

#[derive(Clone)]
struct Weigh;

impl Weighter<Key, Arc<Kept>> for Weigh {
    fn weight(&self, _: &Key, kept: &Arc<Kept>) -> u64 {
        u64::try_from(kept.claims.len() + ENTRY_OVERHEAD).unwrap_or(u64::MAX)
    }
}

#[derive(Default)]
struct State {
    flights: Flights,
    /// No call is made before this time.
    paused_until: Option<Instant>,
    /// The last token whose call failed, and when. A client chooses its token, so the failure of
    /// one token does not show that the endpoint is down.
    failed: Option<(Key, Instant)>,
    is_failing: bool,
    logged_at: Option<Instant>,
}

impl Introspector {
    pub(super) fn new(
        settings: Settings,
        introspection: Introspection,
        keys: RotatingKeys,
        set: Arc<KeySet>,
    ) -> Self {
        // Assumes answers of 1 KiB.
        let tokens = usize::try_from(MOST_BYTES / 1024).unwrap_or(usize::MAX);
        Self {
            settings,
            introspection,
            keys,
            set,
            endpoint: tokio::sync::Mutex::default(),
            active: Cache::with_weighter(tokens, MOST_BYTES, Weigh),
            inactive: Cache::new(MOST_INACTIVE),
            state: Mutex::default(),
        }
    }

    /// Starts to fetch the keys of signed answers. Otherwise they are fetched with the first one.
    pub(super) fn start(&self) {
        if self.introspection.is_signed {
            self.set.start();
        }
    }

    /// Returns the answer for a token, or starts a call.
    pub(crate) fn look_up(self: &Arc<Self>, token: &[u8]) -> Lookup {
        let key: Key = Sha256::digest(token).into();
        match self.answer_or_call(&key) {
            Ok(lookup) => lookup,
            Err((flight, answer)) => {
                // A runtime that shuts down drops the task here, which locks the state.
                let (introspector, token) = (Arc::clone(self), token.to_vec());
                match Handle::try_current() {
                    Ok(runtime) => drop(runtime.spawn(async move {
                        let result = introspector.call(&token).await;
                        flight.land(result);
                    })),
                    Err(_) => drop(flight),
                }
                wait_for(answer)
            }
        }
    }

    /// Returns the answer if no call is needed. Otherwise, registers a call.
    fn answer_or_call(self: &Arc<Self>, key: &Key) -> Result<Lookup, (Flight, Receiver)> {
        if let Some(known) = self.known(key) {
            return Ok(Lookup::Known(known));
        }
        let mut state = self.state();
        // A call may have ended in the meantime.
        if let Some(known) = self.known(key) {
            return Ok(Lookup::Known(known));
        }
        if let Some(answer) = state.flights.find(key) {
            return Ok(wait_for(answer));
        }
        let now = Instant::now();
        let just_failed = |(failed, at): (Key, Instant)| failed == *key && now - at < PAUSE;
        if state.paused_until.is_some_and(|end| now < end) || state.failed.is_some_and(just_failed) {
            return Ok(Lookup::Unavailable);
        }
        match state.flights.add(*key) {
            None => Ok(Lookup::Busy),
            Some(answer) => {
                Err((Flight { introspector: Arc::clone(self), key: *key, is_landed: false }, answer))
            }
        }
    }

    /// Returns the cached answer for a token.
    fn known(&self, key: &Key) -> Option<Introspected> {
        let time = self.introspection.cached_for;
        if let Some(kept) = self.active.get(key).filter(|kept| kept.at.elapsed() < time) {
            return Some(Introspected::Active(Arc::clone(&kept.claims)));
        }
        let at = self.inactive.get(key)?;
        (at.elapsed() < INACTIVE_FOR.min(time)).then_some(Introspected::Inactive)
    }

    /// Returns `true` if the last call failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.state().is_failing
    }

    /// Returns `true` if no call is made now, because one has just failed.
    pub(super) fn is_paused(&self) -> bool {
        self.state().paused_until.is_some_and(|end| Instant::now() < end)
    }

    /// Makes no further call for some time.
    pub(super) fn pause(&self) {
        self.state().paused_until = Some(Instant::now() + PAUSE);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the answer, and gives it to the requests that wait for it.
    fn take(&self, key: &Key, result: Result<Introspected, Failure>) {
        let now = Instant::now();
        match &result {
            Ok(Introspected::Active(claims)) => {
                self.active.insert(*key, Arc::new(Kept { at: now, claims: Arc::clone(claims) }));
            }
            Ok(Introspected::Inactive) => {
                drop(self.active.remove(key));
                self.inactive.insert(*key, now);
            }
            Err(_) => {}
        }
        let mut state = self.state();
        let was_failing = state.is_failing;
        let mut is_logged = false;
        if let Err(failure) = &result {
            if failure.is_outage {
                // A second token fails as well.
                if state.failed.is_some_and(|(other, _)| other != *key) {
                    state.is_failing = true;
                    state.paused_until = Some(now + PAUSE);
                }
                state.failed = Some((*key, now));
            }
            is_logged = state.logged_at.is_none_or(|at| now - at >= LOG_INTERVAL);
            if is_logged {
                state.logged_at = Some(now);
            }
        } else {
            state.is_failing = false;
            state.failed = None;
        }
        let sender = state.flights.remove(key);
        drop(state);
        let issuer = OneLine(&self.settings.name);
        match &result {
            Err(failure) if is_logged => {
                tracing::error!(target: "authgate::oauth", %issuer, error = %OneLine(&Causes(&failure.error)), "the tokens of an issuer cannot be introspected");
            }
            Ok(_) if was_failing => {
                tracing::info!(target: "authgate::oauth", %issuer, "the tokens of an issuer can be introspected again");
            }
            _ => {}
        }
        if let Some(sender) = sender {
            sender.send_replace(Some(result.ok()));
        }
    }
}

/// Waits for the answer of a call.
fn wait_for(mut answer: Receiver) -> Lookup {
    Lookup::Wait(Box::pin(async move {
        let answer = answer.wait_for(Option::is_some).await.ok()?;
        answer.clone().flatten()
    }))
}

/// A call. If it ends without a result, the requests that wait for it get 503.
struct Flight {
    introspector: Arc<Introspector>,
    key: Key,
    is_landed: bool,
}

impl Flight {
    fn land(mut self, result: Result<Introspected, Failure>) {
        self.is_landed = true;
        self.introspector.take(&self.key, result);
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        if self.is_landed {
            return;
        }
        if std::thread::panicking() {
            self.introspector.take(&self.key, Err(Failure::outage("the HTTP client panicked")));
        } else {
            // The runtime was shut down.
            drop(self.introspector.state().flights.remove(&self.key));
        }
    }
}

impl fmt::Debug for Introspector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Introspector").field("introspection", &self.introspection).finish_non_exhaustive()
    }
}
