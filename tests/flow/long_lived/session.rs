//! A WebSocket that is opened with a session cookie.

use std::time::Duration;

use authgate::routing::{get, post};
use authgate::session::{Accounts as _, Sessions};
use authgate::{Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::User;
use authgate_tests::http::Server;
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Mood, People, Store};
use axum::extract::{FromRef, State};
use tokio::time::{sleep, timeout};

use super::{Client, chat};

const HOUR: Duration = Duration::from_secs(60 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
    people: People,
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    State(people): State<People>,
) -> Result<(), Denial> {
    let account = people.find("vera").await.map_err(|error| caller.unavailable(&error))?;
    sessions.sign_in(&caller, "vera", &account.expect("an account")).await
}

#[public(reason = "people sign out here")]
async fn logout(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<(), Denial> {
    sessions.sign_out(&caller).await
}

/// Signs in, and keeps the connection of the request for a minute.
#[public(reason = "people sign in here")]
async fn login_and_wait(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    State(people): State<People>,
) -> Result<&'static str, Denial> {
    let account = people.find("vera").await.map_err(|error| caller.unavailable(&error))?;
    sessions.sign_in(&caller, "vera", &account.expect("an account")).await?;
    let user = caller.authenticate().await?;
    let ended = timeout(Duration::from_secs(60), user.expired()).await;
    Ok(if ended.is_ok() { "ended" } else { "goes on" })
}

#[public(reason = "people sign in here")]
async fn remember(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    State(people): State<People>,
) -> Result<(), Denial> {
    let account = people.find("vera").await.map_err(|error| caller.unavailable(&error))?;
    sessions.sign_in_for(&caller, "vera", &account.expect("an account"), DAY).await
}

struct Site {
    app: axum::Router,
    server: Server,
    store: Store,
    people: People,
    browser: Jar,
}

impl Site {
    /// Returns the application and a browser with a signed-in user.
    async fn new(set: impl FnOnce(Sessions) -> Sessions) -> Self {
        let (store, people) = (Store::default(), People::default());
        let sessions = set(Sessions::new(store.clone()));
        let gate = Gate::builder().scheme(sessions.scheme(people.clone()).realm("app")).build().unwrap();
        let routes = Router::new()
            .route("/login", post(login))
            .route("/login-and-wait", post(login_and_wait))
            .route("/remember", post(remember))
            .route("/logout", post(logout))
            .route("/chat", get(chat))
            .layer(sessions.layer());
        let app = routes.with_state(App { gate, sessions, people: people.clone() });
        let mut browser = Jar::default();
        assert_eq!(browser.post(&app, "/login", "").await.status, 200);
        let server = Server::of(app.clone()).await;
        Self { app, server, store, people, browser }
    }

    async fn connect(&self) -> Result<Client, u16> {
        let cookie = self.browser.line();
        assert!(cookie.starts_with(COOKIE));
        Client::connect(&self.server, "/chat", "cookie", &cookie).await
    }
}

#[tokio::test(start_paused = true)]
async fn socket_ends_after_a_sign_out() {
    let mut site = Site::new(|sessions| sessions).await;
    let (mut one, mut other) = (site.connect().await.unwrap(), site.connect().await.unwrap());
    for _ in 0..3 {
        sleep(Duration::from_secs(15)).await;
        one.assert_echoes("vera").await;
    }
    let cookie = site.browser.clone();
    assert_eq!(site.browser.post(&site.app, "/logout", "").await.status, 200);
    one.assert_closed().await;
    other.assert_closed().await;
    site.browser = cookie;
    assert_eq!(site.connect().await.err(), Some(401));
}

#[tokio::test(start_paused = true)]
async fn socket_ends_after_the_password_has_changed_or_the_account_was_removed() {
    for password in [Some("another password"), None] {
        let site = Site::new(|sessions| sessions).await;
        let mut client = site.connect().await.unwrap();
        site.people.change(|people| {
            let people = people.as_mut().expect("available");
            match password {
                Some(password) => drop(people.insert("vera".to_owned(), password.to_owned())),
                None => drop(people.remove("vera")),
            }
        });
        client.assert_closed().await;
    }
}

#[tokio::test]
async fn socket_ends_with_the_lifetime_of_the_session() {
    let site =
        Site::new(|sessions| sessions.absolute(Duration::from_secs(2)).idle(Duration::from_secs(2))).await;
    let mut client = site.connect().await.unwrap();
    client.assert_echoes("vera").await;
    client.assert_closed().await;
}

#[tokio::test(start_paused = true)]
async fn short_outage_of_the_store_or_the_accounts_ends_no_socket() {
    let site = Site::new(|sessions| sessions).await;
    let mut client = site.connect().await.unwrap();
    site.store.be(Mood::CannotLoad);
    sleep(Duration::from_secs(25)).await;
    client.assert_echoes("vera").await;
    site.store.be(Mood::Well);
    sleep(Duration::from_secs(10)).await;
    site.people.change(|people| *people = None);
    sleep(Duration::from_secs(15)).await;
    client.assert_echoes("vera").await;
    client.assert_closed().await;
}

/// A sign-in gives the session a new id. It ends the connections of the former id, and not those of
/// the request that signs in.
#[tokio::test(start_paused = true)]
async fn sign_in_ends_the_sockets_of_the_former_id() {
    let mut site = Site::new(|sessions| sessions).await;
    let mut client = site.connect().await.unwrap();
    let answer = site.browser.post(&site.app, "/login-and-wait", "").await;
    answer.assert_is(200, "goes on");
    client.assert_closed().await;
    site.connect().await.unwrap().assert_echoes("vera").await;
}

#[tokio::test(start_paused = true)]
async fn idle_session_ends_its_socket_unless_the_user_is_remembered() {
    let mut site = Site::new(|sessions| sessions.idle(HOUR)).await;
    let mut client = site.connect().await.unwrap();
    site.store.pass(2 * HOUR);
    client.assert_closed().await;
    site.browser.post(&site.app, "/remember", "").await.assert_is(200, "");
    let mut client = site.connect().await.unwrap();
    site.store.pass(2 * HOUR);
    sleep(Duration::from_secs(25)).await;
    client.assert_echoes("vera").await;
    site.store.pass(DAY);
    client.assert_closed().await;
}
