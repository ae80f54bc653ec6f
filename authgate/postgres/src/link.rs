//! One connection that all requests share. Each call has a time limit, and a lost connection is
//! replaced by a later call.
//!
//! The packages `authgate-redis` and `authgate-postgres` have this file in common.

#[cfg(test)]
mod tests;

use std::error::Error;
use std::fmt::{self, Display};
use std::future::Future;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use authgate::scheme::BackendError;
use tokio::sync::{Mutex as Turn, Semaphore};
use tokio::time::{Instant, timeout_at};

/// The maximum number of calls that wait for the server. More are an error at once.
const MOST_CALLS: usize = 4096;

/// The time after a failure in which no connection is tried. It doubles with each failure.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// A kind of server.
pub(crate) trait Connect: Send + Sync + 'static {
    type Connection: Clone + Send + Sync + 'static;
    type Error: Error + Send + Sync + 'static;

    fn connect(&self) -> impl Future<Output = Result<Self::Connection, BackendError>> + Send;

    /// Returns `true` if the connection is known to be closed.
    fn is_closed(connection: &Self::Connection) -> bool;

    /// Returns `true` if the connection cannot be used after this error.
    fn is_lost(error: &Self::Error) -> bool;
}

/// A connection that is opened when it is needed.
pub(crate) struct Link<C: Connect> {
    connector: C,
    timeout: Duration,
    state: Mutex<State<C::Connection>>,
    /// Held by the call that connects.
    connecting: Turn<()>,
    calls: Semaphore,
}

struct State<T> {
    open: Option<Open<T>>,
    /// The number of failures since a connection was last open.
    failures: u32,
    /// The time before which no connection is tried, and the reason.
    paused: Option<(Instant, String)>,
    /// The number of connections so far.
    opened: u64,
}

struct Open<T> {
    connection: T,
    number: u64,
    /// When the server last answered.
    answered: Instant,
}

impl<C: Connect> Link<C> {
    pub(crate) fn new(connector: C, timeout: Duration) -> Self {
        let state = State { open: None, failures: 0, paused: None, opened: 0 };
        Self {
            connector,
            timeout,
            state: Mutex::new(state),
            connecting: Turn::default(),
            calls: Semaphore::new(MOST_CALLS),
        }
    }

    pub(crate) fn connector(&self) -> &C {
        &self.connector
    }

    /// Runs an operation once. After an error, the server may have run it or not.
    pub(crate) async fn call<T, F>(
        &self,
        run: impl FnOnce(C::Connection) -> F + Send,
    ) -> Result<T, BackendError>
    where
        F: Future<Output = Result<T, C::Error>> + Send,
    {
        let _permit = self.calls.try_acquire().map_err(|_| too_many())?;
        let deadline = Instant::now() + self.timeout;
        let (connection, number) = self.connection(deadline).await?;
        match self.run(deadline, number, run(connection)).await {
            Ok(answer) => Ok(answer),
            Err(Failure::Lost(error) | Failure::Refused(error)) => Err(BackendError::new(error)),
            Err(Failure::TimedOut) => Err(self.timed_out()),
        }
    }

    /// Runs an operation that has no effect if it is repeated. If the connection is lost, it runs
    /// again with a new one, within the same time limit.
    pub(crate) async fn call_again<T, F>(
        &self,
        run: impl Fn(C::Connection) -> F + Send + Sync,
    ) -> Result<T, BackendError>
    where
        F: Future<Output = Result<T, C::Error>> + Send,
    {
        let _permit = self.calls.try_acquire().map_err(|_| too_many())?;
        let deadline = Instant::now() + self.timeout;
        let mut is_repeated = false;
        loop {
            let (connection, number) = self.connection(deadline).await?;
            match self.run(deadline, number, run(connection)).await {
                Ok(answer) => return Ok(answer),
                Err(Failure::Lost(_)) if !is_repeated => is_repeated = true,
                Err(Failure::Lost(error) | Failure::Refused(error)) => return Err(BackendError::new(error)),
                Err(Failure::TimedOut) => return Err(self.timed_out()),
            }
        }
    }

    async fn run<T>(
        &self,
        deadline: Instant,
        number: u64,
        answer: impl Future<Output = Result<T, C::Error>> + Send,
    ) -> Result<T, Failure<C::Error>> {
        let started = Instant::now();
        match timeout_at(deadline, answer).await {
            Ok(Ok(answer)) => {
                self.has_answered(number);
                Ok(answer)
            }
            Ok(Err(error)) if C::is_lost(&error) => {
                self.drop_connection(number, &error);
                Err(Failure::Lost(error))
            }
            Ok(Err(error)) => {
                self.has_answered(number);
                Err(Failure::Refused(error))
            }
            Err(_) => {
                self.drop_if_silent(number, started);
                Err(Failure::TimedOut)
            }
        }
    }

    /// Returns the open connection, or connects. In the pause after a failure, returns an error.
    async fn connection(&self, deadline: Instant) -> Result<(C::Connection, u64), BackendError> {
        if let Some(open) = self.open() {
            return Ok(open);
        }
        // Calls must not queue for a server that is down.
        self.check_pause()?;
        let _turn = match self.connecting.try_lock() {
            Ok(turn) => turn,
            Err(_) if self.state().failures > 0 => {
                return Err(BackendError::new(
                    "no connection to the server, which another call tries to reach",
                ));
            }
            Err(_) => {
                let turn = timeout_at(deadline, self.connecting.lock()).await;
                turn.map_err(|_| self.timed_out())?
            }
        };
        if let Some(open) = self.open() {
            return Ok(open);
        }
        self.check_pause()?;
        let connected = match timeout_at(deadline, self.connector.connect()).await {
            Ok(connected) => connected,
            Err(_) => Err(self.timed_out()),
        };
        match connected {
            Ok(connection) => Ok(self.opened(connection)),
            Err(error) => {
                self.pause(&error);
                Err(error)
            }
        }
    }

    fn open(&self) -> Option<(C::Connection, u64)> {
        let mut state = self.state();
        let open = state.open.as_ref()?;
        if C::is_closed(&open.connection) {
            state.open = None;
            return None;
        }
        Some((open.connection.clone(), open.number))
    }

    fn check_pause(&self) -> Result<(), BackendError> {
        let state = self.state();
        match &state.paused {
            Some((until, reason)) if Instant::now() < *until => {
                Err(BackendError::new(format!("no connection to the server: {reason}")))
            }
            _ => Ok(()),
        }
    }

    fn opened(&self, connection: C::Connection) -> (C::Connection, u64) {
        let mut state = self.state();
        state.opened += 1;
        let number = state.opened;
        if state.failures > 0 {
            tracing::info!(target: TARGET, failures = state.failures, "connected to the server again");
        }
        (state.failures, state.paused) = (0, None);
        state.open = Some(Open { connection: connection.clone(), number, answered: Instant::now() });
        (connection, number)
    }

    fn pause(&self, error: &BackendError) {
        let reason = Causes(error).to_string();
        let mut state = self.state();
        let pause = FIRST_PAUSE.saturating_mul(1 << state.failures.min(10)).min(LONGEST_PAUSE);
        state.failures = state.failures.saturating_add(1);
        tracing::warn!(target: TARGET, error = reason, failures = state.failures, "cannot connect to the server");
        state.paused = Some((Instant::now() + pause, reason));
    }

    fn has_answered(&self, number: u64) {
        if let Some(open) = self.state().open.as_mut().filter(|open| open.number == number) {
            open.answered = Instant::now();
        }
    }

    fn drop_connection(&self, number: u64, error: &C::Error) {
        let dropped = self.state().open.take_if(|open| open.number == number);
        if dropped.is_some() {
            tracing::warn!(target: TARGET, error = %Causes(error), "lost the connection to the server");
        }
    }

    /// Drops a connection on which nothing was received since `since`. A connection to a host that
    /// is gone would otherwise stay open for minutes.
    fn drop_if_silent(&self, number: u64, since: Instant) {
        let dropped = self.state().open.take_if(|open| open.number == number && open.answered <= since);
        if dropped.is_some() {
            let timeout = self.timeout;
            tracing::warn!(target: TARGET, ?timeout, "dropped a connection, because the server does not answer");
        }
    }

    fn timed_out(&self) -> BackendError {
        BackendError::new(format!("the server did not answer within {:?}", self.timeout))
    }

    fn state(&self) -> MutexGuard<'_, State<C::Connection>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

enum Failure<E> {
    /// The connection was lost.
    Lost(E),
    /// The server has answered with an error.
    Refused(E),
    TimedOut,
}

fn too_many() -> BackendError {
    BackendError::new(format!("{MOST_CALLS} calls are waiting for the server"))
}

/// The target of the log events.
const TARGET: &str = env!("CARGO_CRATE_NAME");

/// Logs an error that the gate does not log. A client can cause it at will, so at most one event
/// per second is written.
pub(crate) fn log_failure(operation: &'static str, error: &BackendError) {
    static LAST: AtomicU64 = AtomicU64::new(0);
    static START: std::sync::LazyLock<std::time::Instant> = std::sync::LazyLock::new(std::time::Instant::now);
    let second = START.elapsed().as_secs() + 1;
    if LAST.swap(second, Ordering::Relaxed) != second {
        tracing::error!(target: TARGET, operation, error = %Causes(error), "the shared state is not available");
    }
}

/// An error with its sources, separated by colons, without control characters.
pub(crate) struct Causes<'a>(pub(crate) &'a (dyn Error + 'static));

impl Display for Causes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut next = Some(self.0);
        let mut separator = "";
        while let Some(error) = next {
            let text = error.to_string();
            write!(f, "{separator}{}", text.replace(char::is_control, " "))?;
            (next, separator) = (error.source(), ": ");
        }
        Ok(())
    }
}
