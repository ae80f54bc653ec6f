//! The end of a credential, for connections that outlive their request.

use std::future::pending;
use std::time::{Duration, SystemTime};

use super::{Authenticated, Authorized, Caller, Granted};
use crate::guard::{RunResult, caught, in_time};
use crate::right::{Context, RevocationStatus};

/// The time between two checks of a credential.
const INTERVAL: Duration = Duration::from_secs(10);

/// The number of consecutive checks without a result that end a credential.
const MOST_FAILURES: u32 = 3;

impl<P> Authenticated<P> {
    /// Returns a future that completes when the credential expires or is revoked, so that a
    /// WebSocket or a stream of events can end.
    ///
    /// The credential ends:
    ///
    /// - at [`Context::expires_at`], without leeway. If this time has passed, the future completes
    ///   immediately.
    /// - when its source reports that it is no longer valid: the
    ///   [`Revocations`](crate::scheme::bearer::Revocations) of a token, or the store and the
    ///   accounts of a session. The future asks the source every ten seconds. A sign-out, a changed
    ///   password, an idle session and a new session id end the credential. A connection does not
    ///   count as a use of the session.
    /// - when three consecutive checks fail: the source is unavailable, panics or exceeds the
    ///   [timeout](crate::gate::GateBuilder::timeout) of the gate. A short outage ends no
    ///   connection.
    ///
    /// Other credentials, such as a password or an API key without an expiry, never end. The future
    /// does not check rights, policies and accounts from [`Resolve`](crate::Resolve) again.
    ///
    /// Call this method once, before the loop that handles messages. Each future starts a new
    /// interval, so a future per message might never ask the source. The future does not borrow the
    /// proof. It requires a tokio runtime with its timer enabled.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::pin::pin;
    ///
    /// use authgate::Authenticated;
    /// use tokio::sync::mpsc;
    ///
    /// #[derive(authgate::Principal)]
    /// pub struct User {
    ///     #[principal(id)]
    ///     sub: String,
    /// }
    ///
    /// async fn subscribe(user: Authenticated<User>) -> &'static str {
    ///     let (_sender, mut messages) = mpsc::channel::<String>(16);
    ///     let expired = user.expired();
    ///     tokio::spawn(async move {
    ///         let mut expired = pin!(expired);
    ///         loop {
    ///             tokio::select! {
    ///                 () = &mut expired => break,
    ///                 message = messages.recv() => match message {
    ///                     Some(message) => println!("{message}"),
    ///                     None => break,
    ///                 }
    ///             }
    ///         }
    ///     });
    ///     "subscribed"
    /// }
    /// ```
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn expired(&self) -> impl Future<Output = ()> + Send + 'static + use<P> {
        expired(self.context.clone(), self.gate.inner.timeout)
    }
}

impl<R, P> Authorized<R, P> {
    /// Returns a future that completes when the credential expires or is revoked. See
    /// [`Authenticated::expired`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn expired(&self) -> impl Future<Output = ()> + Send + 'static + use<R, P> {
        self.caller.expired()
    }
}

impl<R: ?Sized, T, P> Granted<R, T, P> {
    /// Returns a future that completes when the credential of the caller expires or is revoked. See
    /// [`Authenticated::expired`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn expired(&self) -> impl Future<Output = ()> + Send + 'static + use<R, T, P> {
        self.caller().expired()
    }
}

impl<P> Caller<P> {
    /// Returns a future that completes when the credential expires or is revoked. See
    /// [`Authenticated::expired`].
    #[must_use = "futures do nothing unless you `.await` or poll them"]
    pub fn expired(&self) -> impl Future<Output = ()> + Send + 'static + use<P> {
        expired(self.context().clone(), self.gate().inner.timeout)
    }
}

async fn expired(context: Context, timeout: Duration) {
    if context.expires_at().is_none() && context.revocations().is_none() {
        return pending().await;
    }
    let mut failures = 0;
    while let Some(left) = time_left(&context) {
        // Timers stop while a machine sleeps, so the clock is read at each interval.
        tokio::time::sleep(left.min(INTERVAL)).await;
        // Before the expiry, the interval has passed.
        if left < INTERVAL {
            continue;
        }
        let Some(left) = time_left(&context) else { return };
        match status(&context, timeout.min(left)).await {
            RevocationStatus::Good => failures = 0,
            RevocationStatus::Unavailable => failures += 1,
            RevocationStatus::Revoked | RevocationStatus::WithoutId => return,
        }
        if failures == MOST_FAILURES {
            tracing::error!(target: "authgate::gate", scheme = context.scheme(), failures, "a credential could not be checked again");
            return;
        }
    }
}

/// Returns the time until the credential expires, or `None` if it has expired. A credential without
/// an expiry has at least one more interval.
fn time_left(context: &Context) -> Option<Duration> {
    let Some(end) = context.expires_at() else { return Some(INTERVAL) };
    end.duration_since(SystemTime::now()).ok().filter(|left| !left.is_zero())
}

/// Asks the source of the credential.
async fn status(context: &Context, timeout: Duration) -> RevocationStatus {
    let Some(source) = context.revocations() else { return RevocationStatus::Good };
    match caught(|| source.dyn_status_now(context)) {
        Some(Some(status)) => return status,
        Some(None) => {}
        None => return RevocationStatus::Unavailable,
    }
    match in_time(async { source.dyn_status(context).await }, timeout).await {
        RunResult::Completed(status) => status,
        RunResult::Panicked | RunResult::TimedOut => RevocationStatus::Unavailable,
    }
}
