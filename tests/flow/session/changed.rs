//! Requests that sign in or out behind a middleware that has identified the caller.

use authgate::routing::post;
use authgate::session::{Account, Accounts, BackendError, Sessions};
use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::User;
use authgate_tests::jar::Jar;
use authgate_tests::session::Store;
use axum::extract::{FromRef, Request, State};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;

#[derive(Clone, Copy)]
struct People;

impl Accounts<User> for People {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok(Some(Account::new(User::new(id, &[], &[]), "hash")))
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
}

/// Identifies the caller, for an access log.
async fn log(_: Option<Authenticated<User>>, request: Request, next: Next) -> Response {
    next.run(request).await
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    who: String,
) -> Result<String, Denial> {
    let account = People.find(&who).await.map_err(|error| caller.unavailable(&error))?;
    sessions.sign_in(&caller, &who, &account.expect("every id has an account")).await?;
    Ok(caller.authenticate().await?.sub.clone())
}

#[public(reason = "people sign out here")]
async fn logout(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<String, Denial> {
    sessions.sign_out(&caller).await?;
    Ok(caller.authenticate().await?.sub.clone())
}

#[tokio::test]
async fn request_that_signs_in_or_out_is_identified_again() {
    let sessions = Sessions::new(Store::default());
    let gate = Gate::builder().scheme(sessions.scheme(People).realm("app")).build().unwrap();
    let state = App { gate, sessions: sessions.clone() };
    let routes = Router::new().route("/login", post(login)).route("/logout", post(logout));
    let app = routes.layer(from_fn_with_state(state.clone(), log)).layer(sessions.layer()).with_state(state);
    let mut jar = Jar::default();
    // The first request has no cookie yet.
    assert_eq!(jar.post(&app, "/login", "vera").await.status, 401);
    for who in ["ada", "vera"] {
        jar.post(&app, "/login", who).await.assert_is(200, who);
    }
    assert_eq!(jar.post(&app, "/logout", "").await.status, 401);
}
