//! The routes of a login.

use std::future::Future;
use std::time::Duration;

use axum::extract::Request;
use axum::response::{IntoResponse as _, Response};

use http::StatusCode;
use http::header::SET_COOKIE;

use super::login::{Login, NAME};
use super::transaction::Cookies;
use crate::gate::HasGate;
use crate::guard::{RunResult, in_time};
use crate::handler::public::{Chunk, Public};
use crate::log::{Limit, OneLine, rejected};
use crate::proof::Unauthenticated;
use crate::right::{ForbiddenReason, Principal, Reason};
use crate::router::Router;
use crate::router::routing::{get, post};
use crate::session::Sessions;

/// The maximum time of a step. Each call of the provider or of a store has a shorter limit.
const PATIENCE: Duration = Duration::from_secs(30);

/// Any client can start a login.
static FAILED: Limit = Limit::new();

/// Sixteen bytes of a reason, for its type.
const fn part(text: &str, index: usize) -> u128 {
    let mut bytes = [0; 16];
    let mut at = 0;
    while at < 16 && 16 * index + at < text.len() {
        #[expect(clippy::indexing_slicing, reason = "const: both indices are below the lengths")]
        {
            bytes[at] = text.as_bytes()[16 * index + at];
        }
        at += 1;
    }
    u128::from_le_bytes(bytes)
}

const LOGIN: &str = "people sign in by a provider";
const CALLBACK: &str = "the provider answers a login";
const LOGOUT: &str = "a second logout is no error";
const BACK_CHANNEL: &str = "the provider ends sessions";

type Because<const A: u128, const B: u128> = Public<(Chunk<A>, (Chunk<B>, ()))>;
type SignIn = Because<{ part(LOGIN, 0) }, { part(LOGIN, 1) }>;
type Answer = Because<{ part(CALLBACK, 0) }, { part(CALLBACK, 1) }>;
type SignOut = Because<{ part(LOGOUT, 0) }, { part(LOGOUT, 1) }>;
type ByProvider = Because<{ part(BACK_CHANNEL, 0) }, { part(BACK_CHANNEL, 1) }>;

impl<P: Principal> Login<P> {
    /// Returns the routes of the login, for users of these sessions.
    ///
    /// Merge them into the outermost router, below its [session layer](Sessions::layer): the
    /// provider and the gate know their paths.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oidc::Login;
    /// use authgate::session::Sessions;
    /// use authgate::{Gate, Principal, Router};
    ///
    /// fn routes<P: Principal>(login: &Login<P>, sessions: &Sessions) -> Router<Gate<P>> {
    ///     Router::new().merge(login.routes(sessions)).layer(sessions.layer())
    /// }
    /// ```
    #[track_caller]
    pub fn routes<S>(&self, sessions: &Sessions) -> Router<S>
    where
        S: HasGate<P> + Clone + Send + Sync + 'static,
    {
        let paths = &self.inner.paths;
        let cookies =
            Cookies { is_secure: sessions.config.is_secure(), is_form_post: self.inner.is_form_post };
        let login = self.clone();
        let start = move |_: SignIn, caller: Unauthenticated<P>, request: Request| {
            let login = login.clone();
            async move {
                let start = login.start(cookies, &caller, request);
                guarded(start, |reason| caller.refuse(reason).into_response()).await
            }
        };
        let (login, of_callback) = (self.clone(), sessions.clone());
        let answer = move |_: Answer, caller: Unauthenticated<P>, request: Request| {
            let (login, sessions) = (login.clone(), of_callback.clone());
            async move {
                let answer = login.callback(&sessions, cookies, &caller, request);
                guarded(answer, |reason| caller.refuse(reason).into_response()).await
            }
        };
        let (login, of_logout) = (self.clone(), sessions.clone());
        let sign_out = move |_: SignOut, caller: Unauthenticated<P>| {
            let (login, sessions) = (login.clone(), of_logout.clone());
            async move {
                let sign_out = login.sign_out(&sessions, &caller);
                guarded(sign_out, |reason| caller.refuse(reason).into_response()).await
            }
        };
        let (login, lifetime) = (self.clone(), sessions.config.absolute);
        let by_provider = move |_: ByProvider, request: Request| {
            let login = login.clone();
            async move {
                let logout = login.inner.back_channel_logout(request.into_body(), lifetime);
                guarded(logout, |_| StatusCode::SERVICE_UNAVAILABLE.into_response()).await
            }
        };
        let answer = if self.inner.is_form_post { post(answer) } else { get(answer) };
        Router::new()
            .route(&paths.login, get(start))
            .route(&paths.callback, answer)
            .route(&paths.logout, post(sign_out))
            .route(&paths.back_channel_logout, post(by_provider))
    }

    async fn start(&self, cookies: Cookies, caller: &Unauthenticated<P>, request: Request) -> Response {
        let (parts, _) = request.into_parts();
        match self.inner.start(&parts, cookies).await {
            Ok(Some(response)) => response,
            Ok(None) => {
                rejected(NAME, "login for the requirements of the page");
                let denial = caller.refuse(Reason::Forbidden(ForbiddenReason::Login));
                let mut response = denial.into_response();
                if let Some(field) = cookies.not_stepped_up() {
                    response.headers_mut().append(SET_COOKIE, field);
                }
                response
            }
            Err(error) => {
                if FAILED.allows_one() {
                    tracing::error!(target: "authgate::oidc", error = %OneLine(&error), "a login cannot start");
                }
                caller.refuse(Reason::Unavailable).into_response()
            }
        }
    }
}

/// Waits for a response. The HTTP client, the stores and the source of accounts are code of the
/// application, which may hang or panic.
async fn guarded(
    response: impl Future<Output = Response>,
    otherwise: impl FnOnce(Reason) -> Response,
) -> Response {
    match in_time(response, PATIENCE).await {
        RunResult::Completed(response) => response,
        RunResult::TimedOut => {
            tracing::error!(target: "authgate::oidc", "a step of a login takes too long");
            otherwise(Reason::Unavailable)
        }
        RunResult::Panicked => {
            tracing::error!(target: "authgate::oidc", "a step of a login panicked");
            otherwise(Reason::Failed)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::Declaration;
    use crate::handler::Access;

    #[test]
    fn reasons_are_in_the_types() {
        for (declaration, text) in [
            (SignIn::DECLARATION, LOGIN),
            (Answer::DECLARATION, CALLBACK),
            (SignOut::DECLARATION, LOGOUT),
            (ByProvider::DECLARATION, BACK_CHANNEL),
        ] {
            assert!(matches!(declaration, Declaration::Public { reason } if reason == text), "{text}");
        }
    }
}
