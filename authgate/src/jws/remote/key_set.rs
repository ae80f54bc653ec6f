//! The fetched keys of one issuer, and what happens to a token that they do not verify.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::{IssuerEvent, Settings, refresh};
use crate::jws::RotatingKeys;

/// The least time between fetches that tokens with unknown keys cause. It is counted per issuer: an
/// attacker chooses the `kid`.
const COOL_DOWN: Duration = Duration::from_secs(30);

/// The least time between fetches that requests cause while there are no keys.
const RETRY: Duration = Duration::from_secs(1);

/// Why the keys of an issuer do not verify a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MissingKey {
    /// There are no keys yet, or they are too old.
    All,
    /// No key has the algorithm and the `kid` of the token.
    Unknown,
    /// The key with the `kid` of the token does not verify it.
    WrongSignature,
}

/// The next step for a token that the current keys do not verify.
pub(crate) enum NextStep {
    /// The token is invalid.
    Reject,
    /// The token cannot be checked.
    Unavailable,
    /// The token is verified again after the next fetch. The future resolves to `false` if
    /// the fetch failed.
    Wait(Pin<Box<dyn Future<Output = bool> + Send>>),
}

impl fmt::Debug for NextStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Reject => "Reject",
            Self::Unavailable => "Unavailable",
            Self::Wait(_) => "Wait",
        })
    }
}

/// The fetched keys of an issuer.
pub(crate) struct KeySet {
    pub(super) settings: Settings,
    pub(super) keys: RotatingKeys,
    state: Mutex<State>,
    /// Wakes the task that fetches. The task holds no reference to this value while it sleeps.
    pub(super) wake: Arc<Notify>,
    finished: watch::Sender<Finished>,
}

/// The fetches that have ended.
#[derive(Clone, Copy, Debug, Default)]
struct Finished {
    count: u64,
    last_failed: bool,
}

#[derive(Default)]
struct State {
    /// The number of fetches that have started.
    started: u64,
    /// The number of the last fetch that a request waits for.
    wanted: u64,
    last_start: Option<Instant>,
    /// When the keys were last fetched.
    fetched_at: Option<Instant>,
    /// When a token with an unknown key last caused a fetch, and the number of that fetch.
    asked: Option<(Instant, u64)>,
    task: Option<JoinHandle<()>>,
}

impl KeySet {
    pub(super) fn new(settings: Settings, keys: RotatingKeys) -> Self {
        Self {
            settings,
            keys,
            state: Mutex::default(),
            wake: Arc::default(),
            finished: watch::Sender::new(Finished::default()),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Starts to fetch the keys in the background. Without a runtime, the first request does it.
    pub(crate) fn start(self: &Arc<Self>) {
        let mut state = self.state();
        if state.task.as_ref().is_none_or(JoinHandle::is_finished) {
            // A fetch that ended with its runtime will not report.
            self.finished.send_modify(|finished| {
                finished.last_failed |= finished.count < state.started;
                finished.count = state.started;
            });
            state.wanted = state.started;
            // The new task fetches at once.
            state.last_start = None;
            state.task = Handle::try_current().ok().map(|runtime| {
                runtime.spawn(refresh::keep_fresh(Arc::downgrade(self), Arc::clone(&self.wake)))
            });
        }
    }

    /// Decides about a token that the current keys do not verify. It may start a fetch, within the
    /// limits on fetches that requests can cause.
    pub(crate) fn next_step(self: &Arc<Self>, missing: MissingKey) -> NextStep {
        self.start();
        let mut state = self.state();
        let now = Instant::now();
        let finished = *self.finished.borrow();
        let is_running = state.started > finished.count;
        let next = state.started + 1;
        let awaited = match missing {
            MissingKey::All if is_running => state.started,
            MissingKey::All if state.last_start.is_none_or(|at| now - at >= RETRY) => next,
            MissingKey::All => return NextStep::Unavailable,
            MissingKey::Unknown | MissingKey::WrongSignature => match state.asked {
                Some((_, number)) if number > finished.count => number,
                Some((at, _)) if now - at < COOL_DOWN => {
                    drop(state);
                    self.tell_unknown(missing, true);
                    tracing::debug!(target: "authgate::oauth", issuer = %self.settings.name, "a token with an unknown key causes no fetch, because another one just did");
                    let is_known = missing == MissingKey::WrongSignature || !finished.last_failed;
                    return if is_known { NextStep::Reject } else { NextStep::Unavailable };
                }
                _ => {
                    state.asked = Some((now, next));
                    next
                }
            },
        };
        state.wanted = state.wanted.max(awaited);
        drop(state);
        self.tell_unknown(missing, false);
        self.wake.notify_one();
        // A wrong signature under a known key is rejected now. If the issuer reuses a key id, the
        // next token is verified with the new key.
        if missing == MissingKey::WrongSignature { NextStep::Reject } else { self.wait_for(awaited) }
    }

    fn tell_unknown(&self, missing: MissingKey, in_cool_down: bool) {
        if missing == MissingKey::Unknown {
            let issuer = &self.settings.name;
            self.settings.observers.tell(&IssuerEvent::UnknownKey { issuer, in_cool_down });
        }
    }

    fn wait_for(self: &Arc<Self>, number: u64) -> NextStep {
        let mut finished = self.finished.subscribe();
        // The set is kept until the fetch has ended.
        let set = Arc::clone(self);
        NextStep::Wait(Box::pin(async move {
            let ended = finished.wait_for(|finished| finished.count >= number).await;
            let succeeded = ended.is_ok_and(|finished| !finished.last_failed);
            drop(set);
            succeeded
        }))
    }

    /// Notes that a fetch starts.
    pub(super) fn started(&self) {
        let mut state = self.state();
        state.started += 1;
        state.last_start = Some(Instant::now());
    }

    /// Returns `true` if a request waits for a fetch that has not started.
    pub(super) fn is_wanted(&self) -> bool {
        let state = self.state();
        state.wanted > state.started
    }

    /// Notes that a fetch has ended.
    pub(super) fn finished(&self, succeeded: bool) {
        let mut state = self.state();
        if succeeded {
            state.fetched_at = Some(Instant::now());
        }
        self.finished
            .send_modify(|finished| *finished = Finished { count: state.started, last_failed: !succeeded });
    }

    /// Returns the age of the keys, if there are any that may be used.
    pub(crate) fn age(&self) -> Option<Duration> {
        let at = self.state().fetched_at?;
        (!self.keys.is_empty()).then(|| at.elapsed())
    }

    /// Returns `true` if the last fetch failed.
    pub(crate) fn is_failing(&self) -> bool {
        self.finished.borrow().last_failed
    }

    pub(super) fn fetched_at(&self) -> Option<Instant> {
        self.state().fetched_at
    }
}

impl Drop for KeySet {
    fn drop(&mut self) {
        if let Some(task) = &self.state().task {
            task.abort();
        }
    }
}

impl fmt::Debug for KeySet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeySet")
            .field("settings", &self.settings)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
