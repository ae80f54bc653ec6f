use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::COOKIE;
use tower_layer::Layer;
use tower_service::Service;

use super::request_session::RequestSession;
use super::{NO_ANSWER, Sessions};
use crate::denial::{Client, Denial, DenialSettings, Prepared};
use crate::guard::{RunResult, in_time};
use crate::log::OneLine;
use crate::right::Reason;

/// Provides the session of each request and saves it with the response. Create it with
/// [`Sessions::layer`] and add it to the router.
///
/// It replaces `tower_sessions::SessionManagerLayer`, which behaves differently:
///
/// - It responds with 500 if the store fails.
/// - It removes a cookie without `Secure`, which browsers ignore for names that start with
///   `__Host-`.
/// - It accepts one of two cookies.
/// - It lets a request in flight restore a session that has been signed out.
///
/// The store is not called until the session is used.
///
/// # Examples
///
/// ```
/// use authgate::session::Sessions;
/// use authgate::{Authenticated, Gate, Router, routing::get};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// fn app(gate: Gate<User>, sessions: &Sessions) -> axum::Router {
///     Router::new().route("/me", get(me)).layer(sessions.layer()).with_state(gate)
/// }
/// ```
#[derive(Clone)]
pub struct SessionLayer {
    sessions: Sessions,
    denials: Arc<Prepared>,
}

impl SessionLayer {
    pub(super) fn new(sessions: Sessions) -> Self {
        Self { sessions, denials: Arc::new(Prepared::new(Vec::new(), &[COOKIE], DenialSettings::default())) }
    }
}

impl fmt::Debug for SessionLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SessionLayer").field(&self.sessions).finish()
    }
}

impl<S> Layer<S> for SessionLayer {
    type Service = WithSession<S>;

    fn layer(&self, inner: S) -> WithSession<S> {
        WithSession { inner, layer: self.clone() }
    }
}

/// The service of a [`SessionLayer`].
///
/// # Examples
///
/// ```
/// use authgate::session::{SessionLayer, WithSession};
/// use tower::Layer;
///
/// fn wrap<S>(layer: &SessionLayer, service: S) -> WithSession<S> {
///     layer.layer(service)
/// }
/// ```
#[derive(Clone, Debug)]
pub struct WithSession<S> {
    inner: S,
    layer: SessionLayer,
}

impl<S> Service<Request> for WithSession<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let SessionLayer { sessions, denials } = self.layer.clone();
        let client = Client::of(request.headers(), Default::default());
        let found = RequestSession::new(sessions, request.headers());
        // The application extracts `tower_sessions::Session`, which has this type.
        request.extensions_mut().insert(found.session.clone());
        request.extensions_mut().insert(found.clone());
        let response = self.inner.call(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            let mut response = response.into_response();
            let reason = match in_time(found.finish(response.headers_mut()), RequestSession::PATIENCE).await {
                RunResult::Completed(Ok(())) => return Ok(response),
                RunResult::Completed(Err(error)) => {
                    tracing::error!(target: "authgate::gate", error = %OneLine(&error), "cannot save a session");
                    Reason::Unavailable
                }
                RunResult::TimedOut => {
                    tracing::error!(target: "authgate::gate", "{NO_ANSWER}");
                    Reason::Unavailable
                }
                RunResult::Panicked => {
                    tracing::error!(target: "authgate::gate", "the session store panicked");
                    Reason::Failed
                }
            };
            response = Denial::new(reason, client, &denials).into_response();
            Ok(response)
        })
    }
}
