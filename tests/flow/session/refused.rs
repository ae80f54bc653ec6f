//! Users that lack a right which the gate requires of every caller.

use authgate::right::{Fresh, Requirement};
use authgate::routing::{get, post};
use authgate::session::{Account, LoginAssurance, Sessions};
use authgate::{Authenticated, Context, Decision, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Store};
use axum::extract::{FromRef, State};

use crate::events::capture::capture;

#[derive(Debug, authgate::Principal)]
struct User {
    #[principal(id)]
    name: String,
}

/// Allows users that are not suspended.
#[derive(authgate::Right)]
#[right(
    principal = User,
    kind = "account",
    name = "active",
    reason = "account_suspended",
    detail = "Your account is suspended; write to support."
)]
struct Active;

impl Requirement<User> for Active {
    fn decide(user: &User, context: &Context) -> Decision {
        assert_eq!(context.scheme(), "Cookie");
        match user.name.as_str() {
            "suspended" => Decision::deny(),
            "unsure" => Decision::Unavailable,
            "broken" => panic!("the application's own mistake"),
            _ => Decision::Allow,
        }
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
}

fn account(name: &str) -> Account<User> {
    Account::new(User { name: name.to_owned() }, "hash")
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    name: String,
) -> Result<&'static str, Denial> {
    sessions.sign_in(&caller, &name, &account(&name)).await?;
    Ok("Welcome.")
}

#[public(reason = "people sign in here through a provider")]
async fn provider(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    name: String,
) -> Result<&'static str, Denial> {
    let old = LoginAssurance::new().authenticated_at(std::time::UNIX_EPOCH);
    sessions.sign_in_with(&caller, &name, &account(&name), old).await?;
    Ok("Welcome.")
}

async fn me(user: Authenticated<User>) -> String {
    user.name.clone()
}

struct Accounts;

impl authgate::session::Accounts<User> for Accounts {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, authgate::session::BackendError> {
        Ok(Some(account(id)))
    }
}

fn site() -> (axum::Router, Store) {
    let store = Store::default();
    let sessions = Sessions::new(store.clone());
    let gate = Gate::builder().scheme(sessions.scheme(Accounts).realm("app"));
    // The order must not matter.
    let gate = gate.require::<Fresh<300>>().require::<Active>().build().unwrap();
    let routes = Router::new().route("/login", post(login)).route("/provider", post(provider));
    let routes = routes.route("/me", get(me)).layer(sessions.layer());
    (routes.with_state(App { gate, sessions }), store)
}

#[tokio::test]
async fn user_without_a_required_right_cannot_sign_in() {
    let (app, store) = site();
    for path in ["/login", "/provider"] {
        for (name, status, reason) in
            [("suspended", 403, "account_suspended"), ("unsure", 503, "undecided"), ("broken", 500, "failed")]
        {
            let mut jar = Jar::default();
            let answer = jar.post(&app, path, name).await;
            answer.assert_denied(status, reason, &[]);
            assert_eq!((answer.header("set-cookie"), jar.get(COOKIE), store.sessions()), (None, None, 0));
        }
    }
    let mut jar = Jar::default();
    jar.post(&app, "/login", "vera").await.assert_is(200, "Welcome.");
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
    // The user who is signed in stays so.
    jar.post(&app, "/login", "suspended").await.assert_denied(403, "account_suspended", &[]);
    jar.ask(&app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn log_names_the_user_and_the_right() {
    let (app, _) = site();
    let (_, events) = capture(async { Jar::default().post(&app, "/login", "suspended").await }).await;
    let denied = events.iter().find(|event| event.target == "authgate::authorization").unwrap();
    assert_eq!(denied.field("principal"), Some("suspended"));
    assert_eq!(denied.field("needs"), Some("account:active"));
}

#[tokio::test]
async fn old_login_is_signed_in_and_asked_for_a_step_up() {
    let (app, _) = site();
    let mut jar = Jar::default();
    jar.post(&app, "/provider", "vera").await.assert_is(200, "Welcome.");
    assert_eq!(jar.ask(&app, "GET /me").await.reason(), "step_up_required");
}
