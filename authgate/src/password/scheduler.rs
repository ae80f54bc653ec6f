//! Schedules hashes and responses.
//!
//! There are two queues. The [`Timeline`] has all attempts, for existing and unknown names. It
//! alone decides when and how a failure is answered. The [`Lanes`] have only the hashes that are
//! computed. These are fewer and slightly faster, so they are done when the timeline requires it.
//!
//! A correct password that arrives while no other attempt is pending is answered as soon as its
//! hash is computed. Otherwise it is answered at the end of its turn.

mod others;

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until, timeout_at};

use super::keyed::AttemptId;
use super::lanes::{Lanes, Waiting};
use super::pace::Pace;
use super::recent::Recent;
use super::timeline::{Pending, Timeline, Turn};
use super::{PasswordError, Stored};
use crate::secret::debug_only;

/// The number of names whose last correct password is recognized.
const MARKS: usize = 16 * 1024;

/// The number of names for which the time of the last hash is known.
const SERVED: usize = 1024;

/// The minimum time between two events about overload.
const BETWEEN_EVENTS: Duration = Duration::from_secs(10);

pub(super) struct Scheduler {
    pub(super) at_once: usize,
    pub(super) waiting: usize,
    pub(super) patience: Duration,
    /// Maps names to numbers, with a random key per process.
    names: RandomState,
    seeding: Arc<tokio::sync::Mutex<()>>,
    state: Mutex<State>,
}

struct State {
    pace: Pace,
    timeline: Timeline,
    lanes: Lanes<Job>,
    /// Unanswered attempts. An equal attempt shares the turn and the hash.
    open: HashMap<AttemptId, Weak<Attempt>>,
    /// The length of `open` at which it is pruned next.
    prune_at: usize,
    /// The mark of each name's last correct password.
    marks: Recent<u64, u16>,
    served: Recent<u64, ()>,
    /// No measurement is scheduled before this time.
    measured: Option<Instant>,
    overload: Overload,
}

#[derive(Default)]
struct Overload {
    refused: u64,
    logged: Option<Instant>,
}

/// A hash that is waiting to be computed.
struct Job {
    runtime: Handle,
    /// Alive while a caller waits.
    asked: Weak<Attempt>,
    work: Box<dyn FnOnce() + Send>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Hashed {
    NotYet,
    Right,
    /// The password is wrong, or no hash is computed.
    Wrong,
}

/// A login attempt, which several callers may share.
pub(super) struct Attempt {
    turn: Turn,
    pending: Pending,
    /// `true` if no other attempt was pending on arrival. A correct password is then answered at
    /// once.
    is_alone: bool,
    /// When a failure is answered, unless other hashes delay it.
    due: Instant,
    /// `true` if a failure is answered with 503.
    is_late: bool,
    /// The latest time of the response.
    end: Instant,
    hashed: watch::Sender<Hashed>,
}

/// The parameters of a login attempt.
pub(super) struct LoginRequest<'a> {
    pub(super) name: &'a str,
    pub(super) stored: Option<Arc<Stored>>,
    pub(super) password: &'a str,
    pub(super) attempted: Option<AttemptId>,
}

impl Scheduler {
    pub(super) fn new(at_once: usize, waiting: usize, patience: Duration) -> Self {
        let state = State {
            pace: Pace::default(),
            timeline: Timeline::new(at_once, waiting, patience),
            lanes: Lanes::new(at_once),
            open: HashMap::new(),
            prune_at: 64,
            marks: Recent::new(MARKS),
            served: Recent::new(SERVED),
            measured: None,
            overload: Overload::default(),
        };
        let (names, seeding) = (RandomState::new(), Arc::default());
        Self { at_once, waiting, patience, names, seeding, state: Mutex::new(state) }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns `true` if this is the user's password. The time of the response depends only on when
    /// attempts arrive, except for a correct password that arrives alone.
    pub(super) async fn login(self: &Arc<Self>, login: LoginRequest<'_>) -> Result<bool, PasswordError> {
        let runtime = Handle::try_current().map_err(|_| PasswordError::Failed)?;
        let attempt = self.arrive(&runtime, login);
        self.start_next();
        self.plan_measurement();
        let answer = self.answer(&attempt).await;
        if answer.is_err() {
            self.log_overload();
        }
        answer
    }

    fn arrive(self: &Arc<Self>, runtime: &Handle, login: LoginRequest<'_>) -> Arc<Attempt> {
        let LoginRequest { name, stored, password, attempted } = login;
        let now = Instant::now();
        let name = self.names.hash_one(name);
        let mut state = self.state();
        let State { pace, timeline, lanes, open, marks, .. } = &mut *state;
        let shared = attempted.and_then(|attempted| open.get(&attempted)).and_then(Weak::upgrade);
        if let Some(shared) = shared.filter(|shared| shared.is_open(now)) {
            return shared;
        }
        let (service, slack) = (pace.service(), pace.slack());
        let is_known = stored.is_some();
        let is_alone = timeline.is_idle(now);
        let is_marked = is_known
            && attempted
                .zip(marks.get(&name))
                .is_some_and(|(attempted, (mark, _))| attempted.mark() == *mark);
        let first = is_marked.then(|| timeline.jump(service, now)).flatten();
        let turn = first.map_or_else(|| timeline.enter(Some(name), service, now), Turn::Queued);
        // A failure that does not wait may exceed the patience by a hash and a little more.
        let end = now + self.patience.max(service * 5 / 4);
        let (due, is_late) = match turn {
            Turn::Queued(finish) if finish.at == now + service => ((finish.at + slack).min(end), false),
            Turn::Queued(finish) => (finish.at + slack, false),
            // Leaves time for a hash that starts once a running one is done.
            Turn::Late | Turn::Crowded => (now + (service * 5 / 2).min(self.patience / 2), true),
        };
        let pending = timeline.wait(&turn, due);
        let stored = stored.filter(|_| turn != Turn::Crowded);
        let (hashed, _) = watch::channel(if stored.is_some() { Hashed::NotYet } else { Hashed::Wrong });
        let attempt = Arc::new(Attempt { turn, pending, is_alone, due, is_late, end, hashed });
        if let Some(stored) = stored {
            let asked = Arc::downgrade(&attempt);
            let work = self.verification(Weak::clone(&asked), name, stored, password.to_owned(), attempted);
            let job = Job { runtime: runtime.clone(), asked, work };
            match turn {
                _ if first.is_some() => lanes.add_first(Waiting { job, name, by: due }),
                Turn::Queued(finish) => lanes.add_queued(Waiting { job, name, by: finish.at }),
                Turn::Late | Turn::Crowded => lanes.add_late(Waiting { job, name, by: due }),
            }
        }
        if let Some(attempted) = attempted {
            state.open(attempted, &attempt);
        }
        attempt
    }

    fn verification(
        self: &Arc<Self>,
        asked: Weak<Attempt>,
        name: u64,
        stored: Arc<Stored>,
        password: String,
        attempted: Option<AttemptId>,
    ) -> Box<dyn FnOnce() + Send> {
        let scheduler = Arc::clone(self);
        Box::new(move || {
            // Measure only an unknown cost: the time of the measurement reveals that the name
            // exists.
            let is_new = !scheduler.state().pace.knows(&stored);
            let verify = || stored.is_of(password.as_bytes());
            let is_right = if is_new { scheduler.measure(&stored, verify) } else { verify() };
            let now = Instant::now();
            let mut state = scheduler.state();
            state.served.insert(name, (), now);
            if let Some(attempted) = attempted.filter(|_| is_right) {
                state.marks.insert(name, attempted.mark(), now);
            }
            drop(state);
            if let Some(attempt) = asked.upgrade() {
                attempt.hashed.send_replace(if is_right { Hashed::Right } else { Hashed::Wrong });
            }
        })
    }

    async fn answer(&self, attempt: &Attempt) -> Result<bool, PasswordError> {
        let mut hashed = attempt.hashed.subscribe();
        let mut at = attempt.due.min(attempt.end);
        loop {
            if timeout_at(at, hashed.wait_for(|hashed| *hashed == Hashed::Right)).await.is_ok() {
                self.end_turn(attempt).await;
                return Ok(true);
            }
            if attempt.is_late {
                return Err(PasswordError::Busy);
            }
            let due = attempt.due + self.delay(&attempt.turn);
            if due <= at {
                break;
            }
            if at >= attempt.end {
                return Err(PasswordError::Busy);
            }
            at = due.min(attempt.end);
        }
        // Only a hash that takes longer than the previous ones is not done yet.
        match timeout_at(attempt.end, hashed.wait_for(|hashed| *hashed != Hashed::NotYet)).await {
            Ok(Ok(hashed)) => Ok(*hashed == Hashed::Right),
            _ => Err(PasswordError::Busy),
        }
    }

    /// Waits until a correct password may be answered. The end of its hash must not determine that
    /// time, because it reveals whether other attempts were hashed.
    async fn end_turn(&self, attempt: &Attempt) {
        let Attempt { turn, pending, is_alone, due, end, .. } = attempt;
        let finish = if let Turn::Queued(finish) = turn { finish.at } else { *due };
        let mut at = if *is_alone { *end } else { Instant::now() };
        loop {
            // Attempts that jump the queue in the meantime delay the turn.
            let turn = (finish + self.delay(turn)).min(*end);
            if turn <= at {
                break;
            }
            sleep_until(turn).await;
            at = turn;
        }
        self.state().timeline.leave(turn, pending);
    }

    fn delay(&self, turn: &Turn) -> Duration {
        match turn {
            Turn::Queued(finish) => self.state().timeline.delay(finish),
            Turn::Late | Turn::Crowded => Duration::ZERO,
        }
    }

    /// Starts hashes up to the limit of concurrent hashes.
    fn start_next(self: &Arc<Self>) {
        loop {
            let job = {
                let mut state = self.state();
                let State { pace, lanes, served, .. } = &mut *state;
                let served = |name| served.get(&name).map(|(_, at)| *at);
                lanes.next(pace.service(), Instant::now(), |job| job.asked.strong_count() > 0, served)
            };
            let Some(Job { runtime, work, .. }) = job else { return };
            let running = Running(Arc::clone(self));
            drop(runtime.spawn_blocking(move || {
                // Dropped last, even if the work panics. If a runtime drops the work at shutdown,
                // no hash starts.
                let _next = Next(Arc::clone(&running.0));
                let _running = running;
                work();
            }));
        }
    }

    /// Logs that attempts are rejected, at most once per [`BETWEEN_EVENTS`].
    fn log_overload(&self) {
        let now = Instant::now();
        let mut state = self.state();
        let overload = &mut state.overload;
        overload.refused += 1;
        if overload.logged.is_some_and(|logged| now.saturating_duration_since(logged) < BETWEEN_EVENTS) {
            return;
        }
        overload.logged = Some(now);
        let refused = std::mem::take(&mut overload.refused);
        drop(state);
        tracing::warn!(
            target: "authgate::authentication",
            cause = "password_queue_full",
            refused,
            at_once = self.at_once,
            "too many passwords to verify: some logins get 503"
        );
    }
}

impl Attempt {
    /// Returns `true` if an equal attempt may share the response. An answered attempt is not
    /// shared, because overlapping attempts would otherwise share one hash forever. Unless the
    /// attempt is alone, the end of its hash is not considered: it reveals whether others were
    /// hashed.
    fn is_open(&self, now: Instant) -> bool {
        let is_answered = self.is_alone && *self.hashed.borrow() == Hashed::Right;
        now < self.due && !is_answered
    }
}

impl State {
    fn open(&mut self, attempted: AttemptId, attempt: &Arc<Attempt>) {
        if self.open.len() >= self.prune_at {
            self.open.retain(|_, attempt| attempt.strong_count() > 0);
            self.prune_at = self.open.len().saturating_mul(2).max(64);
        }
        self.open.insert(attempted, Arc::downgrade(attempt));
    }
}

/// A running hash. Its slot is freed however it ends.
struct Running(Arc<Scheduler>);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.state().lanes.end();
    }
}

/// Starts the next hash when dropped, on the thread that computed the last one.
struct Next(Arc<Scheduler>);

impl Drop for Next {
    fn drop(&mut self) {
        self.0.start_next();
    }
}

debug_only!([] Scheduler {});

#[cfg(test)]
mod tests;
