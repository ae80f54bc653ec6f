//! Limits on the attempts to log in.

mod in_memory;
mod limits;

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

pub use limits::{AttemptLimits, LoginAttempt};

use super::Outcome;
use crate::log::{Causes, OneLine};
use crate::right::CredentialError;

/// A store of login attempts. [`AttemptLimits::in_memory`] has one, for a single process. Several
/// processes need a store that they share.
///
/// Each call needs one round trip, such as a script of Redis or a function of Postgres. The gate's
/// [`timeout`](crate::gate::GateBuilder::timeout) applies (503).
///
/// # Examples
///
/// ```
/// use authgate::scheme::attempts::{Attempt, AttemptError, Attempts};
///
/// struct Redis;
///
/// impl Redis {
///     /// Runs a script. It returns the milliseconds to wait, or nothing.
///     async fn run(&self, script: &str, attempt: &Attempt) -> Result<Option<u64>, std::io::Error> {
///         let [client, network, account] = attempt.counters();
///         let keys = [client, network, account].map(|counter| format!("{:032x}", counter.key()));
///         Ok(None)
///     }
/// }
///
/// impl Attempts for Redis {
///     async fn count(&self, attempt: &Attempt) -> Result<(), AttemptError> {
///         match self.run("count", attempt).await? {
///             None => Ok(()),
///             Some(wait) => Err(AttemptError::TooMany {
///                 retry_after: std::time::Duration::from_millis(wait),
///             }),
///         }
///     }
///
///     async fn succeeded(&self, attempt: &Attempt) -> Result<(), AttemptError> {
///         self.run("succeeded", attempt).await?;
///         Ok(())
///     }
///
///     async fn withdrawn(&self, attempt: &Attempt) -> Result<(), AttemptError> {
///         self.run("withdrawn", attempt).await?;
///         Ok(())
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot store login attempts",
    label = "not a store of login attempts",
    note = "use `AttemptLimits::in_memory(..)`, or implement `authgate::scheme::attempts::Attempts` for `{Self}`"
)]
pub trait Attempts: Send + Sync + 'static {
    /// Counts an attempt before its password is verified, unless a limit has been reached.
    ///
    /// The check and the count must be one atomic step. Otherwise, parallel attempts would exceed
    /// the limit.
    ///
    /// 1. If the first counter is known ([`succeeded`](Self::succeeded)), the other counters are
    ///    ignored.
    /// 2. If a counter holds [`most`](AttemptCounter::most) guesses of its last
    ///    [`period`](AttemptCounter::period), nothing is counted. This also applies to a guess that
    ///    it holds, because the difference would reveal the passwords that others have tried.
    ///    `retry_after` is the time until its oldest guess leaves the period.
    /// 3. Otherwise, the [`guess`](Attempt::guess) is added to each counter that does not hold it.
    ///
    /// # Errors
    ///
    /// Returns [`AttemptError`] if a limit has been reached, or if the store failed.
    fn count(&self, attempt: &Attempt) -> impl Future<Output = Result<(), AttemptError>> + Send;

    /// Records that the password was correct. Removes the guess from all counters. The first
    /// counter is known for the next 30 days.
    ///
    /// # Errors
    ///
    /// Returns [`AttemptError`] if the store failed. The login succeeds nevertheless.
    fn succeeded(&self, attempt: &Attempt) -> impl Future<Output = Result<(), AttemptError>> + Send;

    /// Records that the password was not verified, such as in an outage. Removes the guess from all
    /// counters.
    ///
    /// # Errors
    ///
    /// Returns [`AttemptError`] if the store failed. The attempt then counts.
    fn withdrawn(&self, attempt: &Attempt) -> impl Future<Output = Result<(), AttemptError>> + Send;
}

/// An attempt to log in, as an [`Attempts`] store counts it. It contains neither the name nor the
/// password.
///
/// # Examples
///
/// ```
/// use authgate::scheme::attempts::Attempt;
///
/// /// The keys of the rows in a database.
/// fn keys(attempt: &Attempt) -> [String; 3] {
///     attempt.counters().map(|counter| format!("{:032x}", counter.key()))
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Attempt {
    pub(super) counters: [AttemptCounter; 3],
    pub(super) guess: u64,
}

impl Attempt {
    /// Returns the counters of the attempt: of the account from this network, of the network, and
    /// of the account.
    #[must_use]
    pub const fn counters(&self) -> [&AttemptCounter; 3] {
        let [client, network, account] = &self.counters;
        [client, network, account]
    }

    /// Returns a number that stands for the account and the password. It is a hash under a random
    /// key of this process. Equal attempts in one process have the same number.
    #[must_use]
    pub const fn guess(&self) -> u64 {
        self.guess
    }
}

/// A counter of login attempts.
///
/// # Examples
///
/// ```
/// use authgate::scheme::attempts::AttemptCounter;
///
/// /// The name of a sorted set in Redis.
/// fn name(counter: &AttemptCounter) -> String {
///     format!("attempts:{:032x}", counter.key())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct AttemptCounter {
    pub(super) key: u128,
    pub(super) most: u32,
    pub(super) period: Duration,
}

impl AttemptCounter {
    /// Returns the key of the counter: a hash of the account, the network, or both. All processes
    /// compute the same key.
    #[must_use]
    pub const fn key(&self) -> u128 {
        self.key
    }

    /// Returns the number of guesses that are allowed within the period.
    #[must_use]
    pub const fn most(&self) -> u32 {
        self.most
    }

    /// Returns the time after which a guess does not count any more.
    #[must_use]
    pub const fn period(&self) -> Duration {
        self.period
    }
}

/// Why an attempt to log in is not made.
///
/// Every type that implements [`std::error::Error`] converts to `Unavailable`. A scheme converts
/// the error to its [`Outcome`]. The cause is then logged, and the client does not see it.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use authgate::denial::CredentialError;
/// use authgate::scheme::Outcome;
/// use authgate::scheme::attempts::AttemptError;
///
/// let error = AttemptError::TooMany { retry_after: Duration::from_secs(30) };
/// let outcome = Outcome::<String>::from(error);
/// assert!(matches!(outcome, Outcome::Rejected(CredentialError::TooManyAttempts { .. })));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum AttemptError {
    /// A limit has been reached: 429 `too_many_attempts`.
    TooMany {
        /// The time after which the client may try again.
        retry_after: Duration,
    },
    /// The store failed: 503.
    Unavailable(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for AttemptError {
    fn from(error: E) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl AttemptError {
    /// Logs the error of a store, and returns the time to wait if a limit has been reached.
    pub(crate) fn retry_after(self) -> Option<Duration> {
        match self {
            Self::TooMany { retry_after } => Some(retry_after),
            Self::Unavailable(error) => {
                let causes = Causes(&*error);
                tracing::error!(target: "authgate::gate", error = %OneLine(&causes), "the store of login attempts failed");
                None
            }
        }
    }
}

impl<P> From<AttemptError> for Outcome<P> {
    fn from(error: AttemptError) -> Self {
        match error.retry_after() {
            Some(retry_after) => Self::Rejected(CredentialError::too_many_attempts(retry_after)),
            None => Self::Unavailable,
        }
    }
}

/// The address of a client is not known.
#[derive(Debug)]
struct NoAddress;

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            "the address of the client is unknown: serve with \
             `into_make_service_with_connect_info::<SocketAddr>()`, or pass another address to `AttemptLimits`",
        )
    }
}

impl Error for NoAddress {}

type Counted<'a> = Pin<Box<dyn Future<Output = Result<(), AttemptError>> + Send + 'a>>;

/// A type-erased [`Attempts`].
trait DynAttempts: Send + Sync {
    fn dyn_count<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a>;

    fn dyn_succeeded<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a>;

    fn dyn_withdrawn<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a>;
}

impl<A: Attempts> DynAttempts for A {
    fn dyn_count<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a> {
        Box::pin(self.count(attempt))
    }

    fn dyn_succeeded<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a> {
        Box::pin(self.succeeded(attempt))
    }

    fn dyn_withdrawn<'a>(&'a self, attempt: &'a Attempt) -> Counted<'a> {
        Box::pin(self.withdrawn(attempt))
    }
}
