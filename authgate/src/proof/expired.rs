//! The end of a credential, for connections that outlive their request.

use std::future::pending;
use std::time::{Duration, SystemTime};

use super::{Authenticated, Authorized, Caller, Granted};
use crate::gate::Gate;
use crate::right::{Context, Principal};

/// The time between two lookups of a revocation, and between two readings of the clock.
const RECHECK: Duration = Duration::from_secs(10);

/// Completes when the credential expires or is revoked.
async fn expired<P: Principal>(gate: Gate<P>, scheme: usize, context: Context) {
    if context.expires_at().is_none() && !gate.looks_up_revocations(scheme, &context) {
        return pending().await;
    }
    loop {
        let left = match context.expires_at() {
            Some(end) => match end.duration_since(SystemTime::now()) {
                Ok(left) if !left.is_zero() => left.min(RECHECK),
                _ => return,
            },
            None => RECHECK,
        };
        tokio::time::sleep(left).await;
        if gate.is_revoked(scheme, &context).await {
            return;
        }
    }
}

impl<P: Principal> Authenticated<P> {
    /// Returns a future that completes when the caller's credential expires or is revoked, so that
    /// a WebSocket or a stream of events can end.
    ///
    /// The end is that of [`Context::expires_at`], without leeway. Revocation is looked up every
    /// ten seconds by [`Scheme::revoked`](crate::scheme::Scheme::revoked). A source that does not
    /// respond ends nothing before the expiry, and a source that panics ends the connection.
    /// Without an expiry and a source, the future never completes. It borrows nothing.
    ///
    /// The sign-out from a session, a changed password and a removed account do not complete it. An
    /// application that must end such connections earlier closes them itself.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::Authenticated;
    /// use axum::response::Response;
    /// # use authgate::Principal as _;
    /// # struct WebSocketUpgrade;
    /// # struct WebSocket;
    /// # impl WebSocketUpgrade { fn on_upgrade<F>(self, _: impl FnOnce(WebSocket) -> F) -> Response { Response::default() } }
    /// # impl WebSocket { async fn recv(&mut self) -> Option<String> { None } async fn send(&mut self, _: String) {} }
    ///
    /// #[derive(authgate::Principal)]
    /// pub struct User {
    ///     #[principal(id)]
    ///     sub: String,
    /// }
    ///
    /// async fn chat(user: Authenticated<User>, upgrade: WebSocketUpgrade) -> Response {
    ///     upgrade.on_upgrade(async move |mut socket| {
    ///         let mut expired = Box::pin(user.expired());
    ///         loop {
    ///             tokio::select! {
    ///                 () = &mut expired => return,
    ///                 message = socket.recv() => match message {
    ///                     Some(message) => socket.send(message).await,
    ///                     None => return,
    ///                 },
    ///             }
    ///         }
    ///     })
    /// }
    /// ```
    pub fn expired(&self) -> impl Future<Output = ()> + Send + use<P> {
        expired(self.gate.clone(), self.scheme, self.context.clone())
    }
}

impl<R, P: Principal> Authorized<R, P> {
    /// Returns a future that completes when the caller's credential expires or is revoked. See
    /// [`Authenticated::expired`].
    pub fn expired(&self) -> impl Future<Output = ()> + Send + use<R, P> {
        expired(self.caller.gate.clone(), self.caller.scheme, self.caller.context.clone())
    }
}

impl<R: ?Sized, T, P: Principal> Granted<R, T, P> {
    /// Returns a future that completes when the caller's credential expires or is revoked. See
    /// [`Authenticated::expired`].
    pub fn expired(&self) -> impl Future<Output = ()> + Send + use<R, T, P> {
        let caller = self.caller();
        expired(caller.gate.clone(), caller.scheme, caller.context.clone())
    }
}

impl<P: Principal> Caller<P> {
    /// Returns a future that completes when the caller's credential expires or is revoked. See
    /// [`Authenticated::expired`].
    pub fn expired(&self) -> impl Future<Output = ()> + Send + use<P> {
        let (gate, scheme) = self.identified_by();
        expired(gate, scheme, self.context().clone())
    }
}
