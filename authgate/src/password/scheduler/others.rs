//! Hashes that are not part of a login: new hashes to store, and measurements.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{oneshot, watch};
use tokio::time::{Instant, sleep_until};

use super::super::lanes::Waiting;
use super::super::timeline::{Finish, Turn};
use super::super::{PasswordError, Stored};
use super::{Attempt, Hashed, Job, Scheduler, State};

/// The time between two measurements while attempts arrive, in durations of a hash.
const BETWEEN_MEASUREMENTS: u32 = 16;

impl Scheduler {
    /// Runs work that is not part of a login, in its turn.
    ///
    /// # Errors
    ///
    /// Returns [`PasswordError`] if the queue is full, no tokio runtime is running, or the work
    /// panics.
    pub(in crate::password) async fn compute<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let runtime = Handle::try_current().map_err(|_| PasswordError::Failed)?;
        let (done, result) = oneshot::channel();
        let work = Box::new(move || drop(done.send(work())));
        let Some(attempt) = self.enqueue(runtime, work) else {
            self.log_overload();
            return Err(PasswordError::Busy);
        };
        self.start_next();
        let result = result.await.map_err(|_| PasswordError::Failed);
        self.end_turn(&attempt).await;
        result
    }

    fn enqueue(&self, runtime: Handle, work: Box<dyn FnOnce() + Send>) -> Option<Arc<Attempt>> {
        let now = Instant::now();
        let mut state = self.state();
        let State { pace, timeline, .. } = &mut *state;
        let is_alone = timeline.is_idle(now);
        let Turn::Queued(finish) = timeline.enter(None, pace.service(), now) else { return None };
        Some(self.queue(&mut state, runtime, work, finish, is_alone))
    }

    /// Adds work that is not part of a login to the lanes.
    fn queue(
        &self,
        state: &mut State,
        runtime: Handle,
        work: Box<dyn FnOnce() + Send>,
        finish: Finish,
        is_alone: bool,
    ) -> Arc<Attempt> {
        let turn = Turn::Queued(finish);
        let pending = state.timeline.wait(&turn, finish.at + state.pace.slack());
        let (due, end) = (finish.at, finish.at.max(Instant::now() + self.patience));
        let (hashed, _) = watch::channel(Hashed::NotYet);
        let attempt = Arc::new(Attempt { turn, pending, is_alone, due, is_late: false, end, hashed });
        let job = Job { runtime, asked: Arc::downgrade(&attempt), work };
        state.lanes.add_queued(Waiting { job, name: 0, by: finish.at });
        attempt
    }

    /// Measures one hash per cost, for costs that were not measured before.
    pub(in crate::password) async fn seed(
        self: &Arc<Self>,
        decoys: &[Arc<Stored>],
    ) -> Result<(), PasswordError> {
        let knows_all = |state: &State| decoys.iter().all(|decoy| state.pace.knows(decoy));
        if knows_all(&self.state()) {
            return Ok(());
        }
        let runtime = Handle::try_current().map_err(|_| PasswordError::Failed)?;
        // The work owns the guard, so it runs once even if callers are cancelled.
        let guard = Arc::clone(&self.seeding).lock_owned().await;
        let (scheduler, decoys) = (Arc::clone(self), decoys.to_vec());
        let work = move || {
            for decoy in decoys {
                let is_known = scheduler.state().pace.knows(&decoy);
                if !is_known {
                    scheduler.measure(&decoy, || decoy.is_of(b"decoy"));
                }
            }
            drop(guard);
        };
        runtime.spawn_blocking(work).await.map_err(|_| PasswordError::Failed)
    }

    /// Schedules a measurement, unless one is scheduled or was made recently. This depends only on
    /// when attempts arrive. The measurement starts later, so that it does not slow down a burst of
    /// logins.
    pub(super) fn plan_measurement(self: &Arc<Self>) {
        let Ok(runtime) = Handle::try_current() else { return };
        let mut state = self.state();
        let (service, now) = (state.pace.service(), Instant::now());
        if state.measured.is_some_and(|measured| now < measured) {
            return;
        }
        let at = now + service * BETWEEN_MEASUREMENTS;
        state.measured = Some(at);
        drop(state);
        let (scheduler, place) = (Arc::downgrade(self), runtime.clone());
        drop(runtime.spawn(async move {
            sleep_until(at).await;
            if let Some(scheduler) = scheduler.upgrade() {
                scheduler.measure_decoy(place).await;
            }
        }));
    }

    async fn measure_decoy(self: &Arc<Self>, runtime: Handle) {
        let (done, measured) = oneshot::channel();
        let attempt = {
            let now = Instant::now();
            let mut state = self.state();
            let State { pace, timeline, .. } = &mut *state;
            let Some(decoy) = pace.decoy() else { return };
            let scheduler = Arc::clone(self);
            let work = move || {
                scheduler.measure(&decoy, || decoy.is_of(b"decoy"));
                // The receiver is gone if the runtime shuts down.
                let _ = done.send(());
            };
            let is_alone = timeline.is_idle(now);
            let finish = timeline.measure(pace.service(), now);
            self.queue(&mut state, runtime, Box::new(work), finish, is_alone)
        };
        self.start_next();
        // The attempt must be alive until then, or its hash is skipped.
        let _ = measured.await;
        drop(attempt);
    }

    pub(super) fn measure<T>(&self, stored: &Stored, work: impl FnOnce() -> T) -> T {
        let start = std::time::Instant::now();
        let done = work();
        self.state().pace.record(stored, start.elapsed());
        done
    }
}
