//! Users that a browser remembers.

use std::time::Duration;

use authgate::right::Fresh;
use authgate::routing::{get, post};
use authgate::session::{Account, Accounts, BackendError, Session, Sessions};
use authgate::{Authenticated, Authorized, Denial, Gate, Principal, Router, Unauthenticated, public};
use authgate_tests::app::User;
use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Store};
use axum::Form;
use axum::extract::{FromRef, State};
use serde::Deserialize;

use super::{CHALLENGE, MINUTE};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);
const STAFF: &[&str] = &["Cookie realm=\"back office\""];

#[derive(Debug, authgate::Principal)]
struct Staff {
    #[principal(id)]
    id: String,
}

#[derive(Clone, Copy)]
struct People;

impl Accounts<User> for People {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok(Some(Account::new(User::new(id, &[], &[]), "hash")))
    }
}

impl Accounts<Staff> for People {
    async fn find(&self, id: &str) -> Result<Option<Account<Staff>>, BackendError> {
        Ok(Some(Account::new(Staff { id: id.to_owned() }, "hash")))
    }
}

#[derive(Clone, FromRef)]
struct App {
    users: Gate<User>,
    staff: Gate<Staff>,
    sessions: Sessions,
}

#[derive(Deserialize)]
struct Login {
    who: String,
    /// The number of days, if the user has checked "Keep me signed in".
    days: Option<u64>,
}

async fn sign_in<P: Principal>(
    sessions: &Sessions,
    caller: &Unauthenticated<P>,
    login: &Login,
) -> Result<(), Denial>
where
    People: Accounts<P>,
{
    let account = People.find(&login.who).await.map_err(|error| caller.unavailable(&error))?;
    let account = account.expect("every id has an account");
    match login.days {
        Some(days) => {
            let lifetime = DAY.saturating_mul(days.try_into().unwrap_or(u32::MAX));
            sessions.sign_in_for(caller, &login.who, &account, lifetime).await
        }
        None => sessions.sign_in(caller, &login.who, &account).await,
    }
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    Form(login): Form<Login>,
) -> Result<(), Denial> {
    sign_in(&sessions, &caller, &login).await
}

#[public(reason = "staff signs in here")]
async fn staff_login(
    caller: Unauthenticated<Staff>,
    State(sessions): State<Sessions>,
    Form(login): Form<Login>,
) -> Result<(), Denial> {
    sign_in(&sessions, &caller, &login).await
}

#[public(reason = "people sign out here")]
async fn logout(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<(), Denial> {
    sessions.sign_out(&caller).await
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn staff(staff: Authenticated<Staff>) -> String {
    staff.id.clone()
}

async fn pay(user: Authorized<Fresh<300>, User>) -> String {
    user.sub.clone()
}

async fn expiry(user: Authenticated<User>) -> String {
    let (from, to) = (user.context().authenticated_at().unwrap(), user.context().expires_at().unwrap());
    to.duration_since(from).unwrap().as_secs().to_string()
}

/// The application may save its data and renew the session.
#[public(reason = "any visitor may have a cart")]
async fn buy(session: Session) {
    session.insert("cart", "a book").await.unwrap();
    session.save().await.unwrap();
}

#[public(reason = "any visitor may have a new session")]
async fn renew(session: Session) {
    session.cycle_id().await.unwrap();
}

fn site() -> (axum::Router, Store) {
    let store = Store::default();
    let sessions = Sessions::new(store.clone());
    let users = Gate::builder().scheme(sessions.scheme(People).realm("app")).build().unwrap();
    let staff_gate = Gate::builder().scheme(sessions.scheme(People).realm("back office")).build().unwrap();
    let routes = Router::new()
        .route("/login", post(login))
        .route("/logout", post(logout))
        .route("/me", get(me))
        .route("/pay", get(pay))
        .route("/expiry", get(expiry))
        .route("/buy", post(buy))
        .route("/renew", post(renew))
        .route("/staff/login", post(staff_login))
        .route("/staff", get(staff))
        .layer(sessions.layer());
    (routes.with_state(App { users, staff: staff_gate, sessions }), store)
}

fn max_age(answer: &Answer) -> Option<u64> {
    let line = answer.header("set-cookie").unwrap();
    line.split("; ").find_map(|attribute| attribute.strip_prefix("Max-Age=")).map(|age| age.parse().unwrap())
}

/// RFC 6265bis section 4.1.2.2.
#[tokio::test]
async fn remembered_cookie_has_a_max_age() {
    let (app, _) = site();
    let mut jar = Jar::default();
    let answer = jar.post(&app, "/login", "who=vera&days=30").await;
    let age = max_age(&answer).unwrap();
    assert!((30 * 86400 - 5..=30 * 86400).contains(&age), "{age}");
    let line = answer.header("set-cookie").unwrap();
    assert!(line.ends_with("; HttpOnly; SameSite=Lax; Secure"), "{line}");
    jar.ask(&app, "GET /expiry").await.assert_is(200, &(30 * 86400).to_string());
    // The user does not check the box any more.
    assert_eq!(max_age(&jar.post(&app, "/login", "who=vera").await), None);
    jar.ask(&app, "GET /expiry").await.assert_is(200, "43200");
}

#[tokio::test]
async fn remembered_user_is_signed_in_until_the_lifetime_ends() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    for _ in 0..29 {
        store.pass(DAY);
        jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    }
    let mut unused = Jar::default();
    unused.post(&app, "/login", "who=ada&days=30").await;
    store.pass(DAY - MINUTE);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    store.pass(2 * MINUTE);
    assert_eq!(jar.ask(&app, "GET /me").await.status, 401);
    unused.ask(&app, "GET /me").await.assert_is(200, "ada");
    store.pass(30 * DAY);
    assert_eq!(unused.ask(&app, "GET /me").await.status, 401);
}

/// Each save writes the data of the application, too.
#[tokio::test]
async fn use_of_an_idle_remembered_session_writes_nothing() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    store.pass(5 * MINUTE);
    let saves = store.saves();
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    assert_eq!(store.saves(), saves + 1, "a use within the idle time is recorded");
    store.pass(DAY);
    for _ in 0..3 {
        jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    }
    assert_eq!(store.saves(), saves + 1);
}

#[tokio::test]
async fn remembered_login_is_not_fresh() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    jar.ask(&app, "GET /pay").await.assert_is(200, "vera");
    store.pass(6 * MINUTE);
    jar.ask(&app, "GET /pay").await.assert_denied(401, "step_up_required", CHALLENGE);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    assert!(max_age(&jar.post(&app, "/login", "who=vera&days=30").await).is_some());
    jar.ask(&app, "GET /pay").await.assert_is(200, "vera");
}

/// Writes of the application must not shorten the session, and must not drop the cookie.
#[tokio::test]
async fn application_data_does_not_shorten_a_remembered_session() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    store.pass(DAY);
    assert_eq!(jar.post(&app, "/buy", "").await.status, 200);
    store.pass(DAY);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    let age = max_age(&jar.post(&app, "/renew", "").await).unwrap();
    assert!((28 * 86400 - 5..=28 * 86400).contains(&age), "{age}");
    store.pass(DAY);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn sign_out_ends_a_remembered_sign_in() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    let mut stolen = jar.clone();
    jar.post(&app, "/logout", "").await;
    assert_eq!((jar.get(COOKIE), store.sessions()), (None, 0));
    assert_eq!(stolen.ask(&app, "GET /me").await.status, 401);
}

/// The session of both gates lives on, but an unused sign-in must not.
#[tokio::test]
async fn remembered_sign_in_does_not_prolong_those_of_other_gates() {
    for first_is_remembered in [true, false] {
        let (app, store) = site();
        let mut jar = Jar::default();
        let mut logins = [("/login", "who=vera&days=30"), ("/staff/login", "who=boss")];
        if !first_is_remembered {
            logins.reverse();
        }
        for (path, form) in logins {
            assert_eq!(jar.post(&app, path, form).await.status, 200);
        }
        // Use extends it as without the remembered user.
        for _ in 0..10 {
            store.pass(24 * MINUTE);
            jar.ask(&app, "GET /staff").await.assert_is(200, "boss");
        }
        store.pass(31 * MINUTE);
        // A request of the remembered user must not revive it.
        jar.ask(&app, "GET /me").await.assert_is(200, "vera");
        jar.ask(&app, "GET /staff").await.assert_denied(401, "credentials_expired", STAFF);
        jar.ask(&app, "GET /staff").await.assert_denied(401, "credentials_missing", STAFF);
        jar.ask(&app, "GET /me").await.assert_is(200, "vera");
        jar.post(&app, "/staff/login", "who=boss").await;
        jar.ask(&app, "GET /staff").await.assert_is(200, "boss");
        store.pass(DAY);
        jar.ask(&app, "GET /staff").await.assert_denied(401, "credentials_expired", STAFF);
        jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    }
}

/// A new sign-in writes the session and must not revive the others either.
#[tokio::test]
async fn signing_in_again_does_not_revive_an_idle_sign_in() {
    let (app, store) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/login", "who=vera&days=30").await;
    jar.post(&app, "/staff/login", "who=boss").await;
    store.pass(31 * MINUTE);
    jar.post(&app, "/login", "who=vera&days=30").await;
    jar.ask(&app, "GET /staff").await.assert_denied(401, "credentials_missing", STAFF);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn extreme_lifetimes_are_bounded() {
    let (app, store) = site();
    let mut jar = Jar::default();
    let answer = jar.post(&app, "/login", &format!("who=vera&days={}", u64::MAX)).await;
    assert!(max_age(&answer).unwrap() <= 400 * 86400);
    store.pass(399 * DAY);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    store.pass(2 * DAY);
    assert_eq!(jar.ask(&app, "GET /me").await.status, 401);
    assert_eq!(max_age(&jar.post(&app, "/login", "who=vera&days=0").await), Some(0));
    assert_eq!(jar.ask(&app, "GET /me").await.status, 401);
}
