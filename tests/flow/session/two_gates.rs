//! Two gates over the same sessions. A sign-in applies only to the gate that it was made for.

mod beside;

use std::sync::Arc;

use authgate::routing::{get, post};
use authgate::session::{Account, Accounts, BackendError, Sessions};
use authgate::{Authenticated, Denial, Gate, Principal, Router, Unauthenticated, public};
use authgate_tests::app::{User, gate};
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Gates, Mood, Store};
use axum::extract::{FromRef, State};

const CUSTOMERS: &[&str] = &["Cookie realm=\"shop\""];
const TIMEOUT: std::time::Duration = std::time::Duration::from_millis(500);
const STAFF: &[&str] = &["Cookie realm=\"back office\""];

#[derive(Debug, authgate::Principal)]
struct Customer {
    #[principal(id)]
    id: String,
}

#[derive(Debug, authgate::Principal)]
struct Staff {
    #[principal(id)]
    id: String,
}

/// Accounts with an epoch as the secret source, as the documentation allows. Both kinds of accounts
/// use the same ids.
#[derive(Clone, Copy, Debug)]
struct Db {
    epoch: &'static str,
}

impl Accounts<Customer> for Db {
    async fn find(&self, id: &str) -> Result<Option<Account<Customer>>, BackendError> {
        Ok(Some(Account::new(Customer { id: id.to_owned() }, self.epoch)))
    }
}

impl Accounts<Staff> for Db {
    async fn find(&self, id: &str) -> Result<Option<Account<Staff>>, BackendError> {
        Ok(Some(Account::new(Staff { id: id.to_owned() }, self.epoch)))
    }
}

#[derive(Clone, Debug, FromRef)]
struct App {
    customers: Gate<Customer>,
    staff: Gate<Staff>,
    sessions: Sessions,
    gates: Arc<Gates>,
}

async fn sign_in<P: Principal>(
    sessions: &Sessions,
    caller: Unauthenticated<P>,
    id: String,
) -> Result<(), Denial>
where
    Db: Accounts<P>,
{
    let account = Db { epoch: "0" }.find(&id).await.map_err(|error| caller.unavailable(&error))?;
    sessions.sign_in(&caller, &id, &account.expect("every id has an account")).await
}

#[public(reason = "customers sign in here")]
async fn customer_login(
    caller: Unauthenticated<Customer>,
    State(sessions): State<Sessions>,
    id: String,
) -> Result<(), Denial> {
    sign_in(&sessions, caller, id).await
}

#[public(reason = "staff signs in here")]
async fn staff_login(
    caller: Unauthenticated<Staff>,
    State(sessions): State<Sessions>,
    id: String,
) -> Result<(), Denial> {
    sign_in(&sessions, caller, id).await
}

#[public(reason = "customers sign out here")]
async fn customer_logout(
    caller: Unauthenticated<Customer>,
    State(sessions): State<Sessions>,
) -> Result<(), Denial> {
    sessions.sign_out(&caller).await
}

#[public(reason = "staff signs out here")]
async fn staff_logout(
    caller: Unauthenticated<Staff>,
    State(sessions): State<Sessions>,
) -> Result<(), Denial> {
    sessions.sign_out(&caller).await
}

async fn customer(user: Authenticated<Customer>) -> String {
    format!("customer {}", user.id)
}

async fn staff(user: Authenticated<Staff>) -> String {
    format!("staff {}", user.id)
}

#[public(reason = "any visitor may have a cart")]
async fn buy(session: authgate::session::Session) {
    session.insert("cart", "a book").await.expect("the store answers");
}

#[public(reason = "any visitor may have a cart")]
async fn cart(session: authgate::session::Session) -> String {
    let cart: Option<String> = session.get("cart").await.expect("the store answers");
    cart.unwrap_or_else(|| "nothing".to_owned())
}

/// Writes to a session that was read earlier in the request.
async fn slow(
    _: Authenticated<Customer>,
    State(gates): State<Arc<Gates>>,
    session: authgate::session::Session,
) {
    gates.read.notify_one();
    gates.go_on.notified().await;
    session.insert("cart", "a book").await.expect("the store answers");
}

/// Changes the id of a session that was read earlier in the request.
async fn renew(
    _: Authenticated<Customer>,
    State(gates): State<Arc<Gates>>,
    session: authgate::session::Session,
) {
    gates.read.notify_one();
    gates.go_on.notified().await;
    session.cycle_id().await.expect("the store answers");
}

#[public(reason = "customers sign in here")]
async fn slow_login(
    caller: Unauthenticated<Customer>,
    State(gates): State<Arc<Gates>>,
    State(sessions): State<Sessions>,
    session: authgate::session::Session,
) -> Result<(), Denial> {
    let _cart: Option<String> = session.get("cart").await.expect("the store answers");
    gates.read.notify_one();
    gates.go_on.notified().await;
    sign_in(&sessions, caller, "2".to_owned()).await
}

#[public(reason = "any visitor may delete their data")]
async fn clear(session: authgate::session::Session) {
    session.clear().await;
}

struct Site {
    app: axum::Router,
    store: Store,
    gates: Arc<Gates>,
}

/// Builds the application with an epoch and a realm for each kind of account.
fn site_with(epochs: [&'static str; 2], realms: [&str; 2]) -> Site {
    let store = Store::default();
    let sessions = Sessions::new(store.clone());
    let [customers, staff_gate] = epochs.map(|epoch| Db { epoch });
    let gates = Arc::new(Gates::default());
    let app = App {
        gates: Arc::clone(&gates),
        sessions: sessions.clone(),
        customers: Gate::builder()
            .scheme(sessions.scheme(customers).realm(realms[0]))
            .timeout(TIMEOUT)
            .build()
            .unwrap(),
        staff: Gate::builder().scheme(sessions.scheme(staff_gate).realm(realms[1])).build().unwrap(),
    };
    let routes = Router::new()
        .route("/login", post(customer_login))
        .route("/staff/login", post(staff_login))
        .route("/logout", post(customer_logout))
        .route("/staff/logout", post(staff_logout))
        .route("/me", get(customer))
        .route("/staff/me", get(staff))
        .route("/buy", post(buy))
        .route("/slow", post(slow))
        .route("/renew", post(renew))
        .route("/slow/login", post(slow_login))
        .route("/clear", post(clear))
        .route("/cart", get(cart));
    Site { app: routes.layer(sessions.layer()).with_state(app), store, gates }
}

fn site() -> Site {
    site_with(["0", "0"], ["shop", "back office"])
}

#[tokio::test]
async fn ignores_a_session_of_another_gate() {
    // The same epoch for both gates, and different epochs. The first used to accept customers as
    // staff, and the second used to delete their session.
    for epochs in [["0", "0"], ["0", "1"]] {
        let site = site_with(epochs, ["shop", "back office"]);
        let mut jar = Jar::default();
        assert_eq!(jar.post(&site.app, "/login", "1").await.status, 200);
        jar.ask(&site.app, "GET /staff/me").await.assert_denied(401, "credentials_missing", STAFF);
        jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
        assert_eq!(site.store.sessions(), 1);
    }
}

#[tokio::test]
async fn ignores_a_session_of_the_same_realm_for_another_principal() {
    let site = site_with(["0", "0"], ["site", "site"]);
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    let denied = jar.ask(&site.app, "GET /staff/me").await;
    denied.assert_denied(401, "credentials_missing", &["Cookie realm=\"site\""]);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
}

#[tokio::test]
async fn keeps_both_sign_ins_in_one_session() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/buy", "").await;
    let mut before = jar.clone();
    jar.post(&site.app, "/staff/login", "7").await;
    assert_ne!(jar.get(COOKIE), before.get(COOKIE), "each sign-in renews the session id");
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
    before.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    assert_eq!(site.store.sessions(), 1);
}

#[tokio::test]
async fn another_account_clears_the_data_and_keeps_the_other_gate_signed_in() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/staff/login", "7").await;
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/buy", "").await;
    jar.post(&site.app, "/login", "2").await;
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 2");
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
}

#[tokio::test]
async fn sign_out_ends_its_own_sign_in_and_the_last_one_ends_the_session() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/staff/logout", "").await;
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
    jar.post(&site.app, "/staff/login", "7").await;
    jar.post(&site.app, "/logout", "").await;
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
    jar.post(&site.app, "/staff/logout", "").await;
    assert_eq!((jar.get(COOKIE), site.store.sessions()), (None, 0));
}

/// The next customer at the same browser.
#[tokio::test]
async fn sign_out_clears_the_data_even_if_another_gate_stays_signed_in() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/staff/login", "7").await;
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/buy", "").await;
    jar.post(&site.app, "/logout", "").await;
    jar.post(&site.app, "/login", "2").await;
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
}

#[tokio::test]
async fn the_application_may_renew_and_clear_a_session() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    jar.post(&site.app, "/buy", "").await;
    site.gates.go_on.notify_one();
    let before = jar.get(COOKIE).map(str::to_owned);
    jar.post(&site.app, "/renew", "").await;
    assert_ne!(jar.get(COOKIE).map(str::to_owned), before);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "a book");
    jar.post(&site.app, "/clear", "").await;
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    jar.ask(&site.app, "GET /cart").await.assert_is(200, "nothing");
}

#[tokio::test]
async fn an_expired_sign_in_leaves_the_other_gate_signed_in() {
    let site = site();
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    site.store.age(std::time::Duration::from_secs(13 * 60 * 60));
    jar.post(&site.app, "/staff/login", "7").await;
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_expired", CUSTOMERS);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_missing", CUSTOMERS);
    jar.ask(&site.app, "GET /staff/me").await.assert_is(200, "staff 7");
}

/// A link on another site must not sign users out: GET requests pass the cross-site check.
#[tokio::test]
async fn get_to_the_other_gate_does_not_delete_the_session() {
    let site = site_with(["0", "1"], ["shop", "back office"]);
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "1").await;
    let cross_site = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")];
    let answer = jar.ask_with(&site.app, "GET /staff/me", &cross_site, "").await;
    assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (401, None));
    jar.ask(&site.app, "GET /me").await.assert_is(200, "customer 1");
}

#[derive(Clone, FromRef)]
struct Shop {
    gate: Gate<Customer>,
    sessions: Sessions,
}

#[derive(Clone, FromRef)]
struct WithTokens {
    gate: Gate<User>,
    sessions: Sessions,
}

/// The gate, the layer and the handler must have the same sessions.
#[tokio::test]
async fn sign_in_to_other_sessions_is_503() {
    let (ours, others) = (Sessions::in_memory(), Sessions::in_memory());
    let (named, everyday) = (ours.clone().named("x"), &ours);
    let signs_in = |at_gate: &Sessions, in_layer: &Sessions, in_handler: &Sessions| {
        let gate = Gate::<Customer>::builder().scheme(at_gate.scheme(Db { epoch: "0" }).realm("shop"));
        let routes = Router::new().route("/login", post(customer_login)).layer(in_layer.layer());
        routes.with_state(Shop { gate: gate.build().unwrap(), sessions: in_handler.clone() })
    };
    let with_tokens_only: axum::Router = {
        #[public(reason = "users sign in here")]
        async fn login(
            caller: Unauthenticated<User>,
            State(sessions): State<Sessions>,
        ) -> Result<(), Denial> {
            sessions.sign_in(&caller, "vera", &Account::new(User::new("vera", &[], &[]), "0")).await
        }
        let routes = Router::new().route("/login", post(login)).layer(ours.layer());
        routes.with_state(WithTokens { gate: gate(), sessions: ours.clone() })
    };
    for app in [
        signs_in(&others, everyday, everyday),
        signs_in(everyday, &others, everyday),
        signs_in(everyday, everyday, &others),
        signs_in(&others, everyday, &others),
        signs_in(&named, everyday, everyday),
        signs_in(everyday, everyday, &named),
        with_tokens_only,
    ] {
        let answer = Jar::default().post(&app, "/login", "1").await;
        answer.assert_denied(503, "undecided", &[]);
        assert_eq!(answer.header("set-cookie"), None);
    }
    let app = signs_in(everyday, everyday, everyday);
    assert_eq!(Jar::default().post(&app, "/login", "1").await.status, 200);
}

#[test]
fn rejects_two_gates_that_would_share_their_sign_ins() {
    #[derive(Clone, Copy, Debug)]
    struct Others;

    impl Accounts<Customer> for Others {
        async fn find(&self, _: &str) -> Result<Option<Account<Customer>>, BackendError> {
            Ok(None)
        }
    }

    let sessions = Sessions::in_memory();
    let build =
        |realm| Gate::<Customer>::builder().scheme(sessions.scheme(Db { epoch: "0" }).realm(realm)).build();
    build("shop").unwrap();
    build("shop").unwrap();
    let same = Gate::<Customer>::builder().scheme(sessions.scheme(Others).realm("shop")).build();
    let error = same.unwrap_err().to_string();
    assert!(error.contains("a different realm") && error.contains("`Customer`"), "{error}");
    Gate::<Customer>::builder().scheme(sessions.scheme(Others).realm("outlet")).build().unwrap();
}
