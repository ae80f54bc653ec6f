//! An application with sign-in, and a session store that can be made to fail.

mod store;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use authgate::credentials::ReturnTo;
use authgate::routing::{get, post};
use authgate::session::{Account, Accounts, BackendError, Session, Sessions};
use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
use axum::Form;
use axum::extract::{FromRef, State};
use axum::response::Redirect;
use http::StatusCode;
use serde::Deserialize;
use tokio::sync::Notify;

pub use store::{Mood, Store};

use crate::app::{Role, User};
use crate::jar::Jar;

/// The name of the session cookie.
pub const COOKIE: &str = "__Host-session";

/// The accounts, each with its secret source. `None` makes the store unavailable.
#[derive(Clone, Debug)]
pub struct People(Arc<Mutex<Option<BTreeMap<String, String>>>>);

impl Default for People {
    fn default() -> Self {
        let people = ["vera", "ada"].map(|name| (name.to_owned(), "first password".to_owned()));
        Self(Arc::new(Mutex::new(Some(people.into()))))
    }
}

impl People {
    /// Changes the accounts.
    pub fn change(&self, change: impl FnOnce(&mut Option<BTreeMap<String, String>>)) {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Accounts<User> for People {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        let people = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let people = people.as_ref().ok_or_else(|| BackendError::new("down"))?;
        let role = if id == "ada" { Role::Admin } else { Role::Viewer };
        Ok(people.get(id).map(|secret| Account::new(User::new(id, &[role], &[]), secret)))
    }
}

/// The state.
#[derive(Clone, Debug, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
    people: People,
    gates: Arc<Gates>,
}

/// Pauses a request between reading its session and writing it.
#[derive(Debug, Default)]
pub struct Gates {
    /// Notified when a request has read its session.
    pub read: Notify,
    /// Lets the request write its session.
    pub go_on: Notify,
}

#[derive(Deserialize)]
struct Login {
    who: String,
    #[serde(default)]
    return_to: ReturnTo,
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    State(people): State<People>,
    Form(login): Form<Login>,
) -> Result<Redirect, Denial> {
    let found = people.find(&login.who).await.map_err(|error| caller.unavailable(&error))?;
    if let Some(account) = found {
        sessions.sign_in(&caller, &login.who, &account).await?;
    }
    Ok(Redirect::to(login.return_to.path_or("/")))
}

#[public(reason = "people sign out here")]
async fn logout(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<(), Denial> {
    sessions.sign_out(&caller).await
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn change(user: Authenticated<User>) -> String {
    let context = user.context();
    let (Some(from), Some(to)) = (context.authenticated_at(), context.expires_at()) else {
        return "unknown".to_owned();
    };
    format!("{} {}", context.scheme(), to.duration_since(from).unwrap_or_default().as_secs())
}

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "stranger".to_owned(), |user| user.sub.clone())
}

#[public(reason = "any visitor may have a cart")]
async fn buy(session: Session) -> Result<(), StatusCode> {
    session.insert("cart", "a book").await.map_err(|_| StatusCode::BAD_GATEWAY)
}

#[public(reason = "any visitor may have a cart")]
async fn cart(session: Session) -> Result<String, StatusCode> {
    let cart: Option<String> = session.get("cart").await.map_err(|_| StatusCode::BAD_GATEWAY)?;
    Ok(cart.unwrap_or_else(|| "nothing".to_owned()))
}

async fn slow(_: Authenticated<User>, State(gates): State<Arc<Gates>>, session: Session) {
    gates.read.notify_one();
    gates.go_on.notified().await;
    session.insert("slow", true).await.expect("it was read");
}

/// Returns the routes without the session layer.
fn routes() -> Router<App> {
    Router::new()
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/me", get(me))
        .route("/change", post(change))
        .route("/greet", get(greet))
        .route("/buy", post(buy))
        .route("/cart", get(cart))
        .route("/slow", post(slow))
}

/// An application and its parts.
#[derive(Clone, Debug)]
pub struct Site {
    /// The application.
    pub app: axum::Router,
    /// The session store.
    pub store: Store,
    /// The accounts.
    pub people: People,
    /// Pauses a request.
    pub gates: Arc<Gates>,
}

impl Site {
    /// Creates the application.
    #[must_use]
    pub fn new() -> Self {
        Self::with(|sessions| sessions, true)
    }

    /// Creates the application with configured sessions, with or without the layer.
    #[must_use]
    pub fn with(set: impl FnOnce(Sessions) -> Sessions, layer: bool) -> Self {
        let (store, people, gates) = (Store::default(), People::default(), Arc::new(Gates::default()));
        let sessions = set(Sessions::new(store.clone()));
        let gate = Gate::builder().scheme(sessions.scheme(people.clone()).realm("app"));
        let gate = gate.timeout(Duration::from_millis(500)).build().expect("complete");
        let routes = if layer { routes().layer(sessions.layer()) } else { routes() };
        let app =
            routes.with_state(App { gate, sessions, people: people.clone(), gates: Arc::clone(&gates) });
        Self { app, store, people, gates }
    }

    /// Returns a browser with a signed-in user.
    pub async fn signed_in(&self, who: &str) -> Jar {
        let mut jar = Jar::default();
        let answer = jar.post(&self.app, "/login", &format!("who={who}")).await;
        assert_eq!(answer.status, 303, "{}", answer.body);
        assert!(jar.get(COOKIE).is_some());
        jar
    }
}

impl Default for Site {
    fn default() -> Self {
        Self::new()
    }
}
