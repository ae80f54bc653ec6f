//! Step-up with sessions: redirects to the login page and back, and the strength of the new login.

use std::time::{Duration, SystemTime};

use authgate::credentials::ReturnTo;
use authgate::right::{Acr, All, Factor, Fresh, factor};
use authgate::routing::{get, post};
use authgate::session::{Accounts as _, LoginAssurance, Sessions};
use authgate::{Authenticated, Authorized, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, People, Store};
use axum::Form;
use axum::extract::{FromRef, RawQuery, State};
use axum::response::Redirect;
use serde::Deserialize;

use super::{BROWSER, Gold, REASON, SCRIPT, assert_step_up};
use crate::events::capture::capture;

const MINUTE: Duration = Duration::from_secs(60);
const CHALLENGE: &[&str] = &["Cookie realm=\"app\""];
/// The query parameter of the login page that contains the required class.
const ACR_VALUES: &str = "&acr_values=urn%3Aexample%3Agold";

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
    people: People,
}

#[derive(Deserialize)]
struct Login {
    who: String,
    #[serde(default)]
    code: bool,
    /// The time of the login at a provider, in minutes from now.
    provider: Option<i64>,
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
    let account = people.find(&login.who).await.map_err(|error| caller.unavailable(&error))?;
    match account {
        Some(account) if login.code => {
            let strength = LoginAssurance::new().with_amr(["pwd", "otp"]).with_acr("urn:example:gold");
            sessions.sign_in_with(&caller, &login.who, &account, strength).await?;
        }
        Some(account) => match login.provider {
            Some(minutes) => {
                let (now, distance) = (SystemTime::now(), MINUTE * u32::try_from(minutes.abs()).unwrap());
                let at = if minutes < 0 { now - distance } else { now + distance };
                let strength = LoginAssurance::new().authenticated_at(at);
                sessions.sign_in_with(&caller, &login.who, &account, strength).await?;
            }
            None => sessions.sign_in(&caller, &login.who, &account).await?,
        },
        None => {}
    }
    Ok(Redirect::to(login.return_to.path_or("/")))
}

#[public(reason = "people sign in here")]
async fn login_page(RawQuery(query): RawQuery) -> String {
    query.unwrap_or_default()
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn pay(user: Authorized<Fresh<300>, User>) -> String {
    user.sub.clone()
}

async fn code(user: Authorized<Factor<factor::ByOtp>, User>) -> String {
    let context = user.context();
    format!("{:?} {}", context.acr(), context.amr().collect::<Vec<_>>().join("+"))
}

async fn lifetime(user: Authenticated<User>) -> String {
    let context = user.context();
    let left = context.expires_at().unwrap().duration_since(SystemTime::now()).unwrap();
    format!("{} hours", (left.as_secs() + 1800) / 3600)
}

async fn gold(_: Authorized<Acr<Gold>, User>) {}

async fn purge(_: Authorized<All<(role::Admin, Fresh<300>)>>) {}

struct Site {
    app: axum::Router,
    store: Store,
}

impl Site {
    fn new(takes_tokens: bool) -> Self {
        let (store, people) = (Store::default(), People::default());
        let sessions = Sessions::new(store.clone());
        let mut gate =
            Gate::builder().scheme(sessions.scheme(people.clone()).realm("app")).login_page("/login");
        if takes_tokens {
            gate = gate.scheme(bearer());
        }
        let routes = Router::new()
            .route("/login", post(login).get(login_page))
            .route("/me", get(me))
            .route("/pay", get(pay).post(pay))
            .route("/code", get(code))
            .route("/gold", get(gold))
            .route("/lifetime", get(lifetime))
            .route("/purge", get(purge))
            .layer(sessions.layer());
        Self { app: routes.with_state(App { gate: gate.build().unwrap(), sessions, people }), store }
    }

    /// Returns a browser whose user signed in an hour ago.
    async fn signed_in(&self, who: &str) -> Jar {
        let mut jar = Jar::default();
        assert_eq!(jar.post(&self.app, "/login", &format!("who={who}")).await.status, 303);
        self.store.age(60 * MINUTE);
        jar
    }
}

#[tokio::test]
async fn navigation_with_an_old_login_is_redirected_to_login_and_back() {
    let site = Site::new(false);
    let mut jar = site.signed_in("vera").await;
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    let (answer, events) = capture(jar.ask_with(&site.app, "GET /pay?to=ada&sum=1", BROWSER, "")).await;
    assert_eq!((answer.status.as_u16(), answer.challenges().len(), answer.body.as_str()), (303, 0, ""));
    let location = answer.header("location").unwrap();
    assert_eq!(location, "/login?reason=step_up_required&max_age=300&return_to=/pay%3Fto%3Dada%26sum%3D1");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert!(answer.header("vary").unwrap().contains("sec-fetch-mode"));
    let [event] = events.as_slice() else { panic!("{events:?}") };
    assert_eq!((event.target, event.field("status")), ("authgate::authorization", Some("303")));
    assert_eq!((event.field("reason"), event.field("why")), (Some(REASON), Some("fresh:300s: no")));

    // The login page receives the reason and passes `return_to` on.
    let line = format!("GET {location}");
    let page = jar.ask_with(&site.app, &line, BROWSER, "").await;
    page.assert_is(200, "reason=step_up_required&max_age=300&return_to=/pay%3Fto%3Dada%26sum%3D1");
    let before = jar.get(COOKIE).unwrap().to_owned();
    let answer = jar.post(&site.app, "/login", "who=vera&return_to=%2Fpay%3Fto%3Dada%26sum%3D1").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/pay?to=ada&sum=1")));
    assert_ne!(jar.get(COOKIE), Some(before.as_str()), "a new id");
    jar.ask_with(&site.app, "GET /pay?to=ada&sum=1", BROWSER, "").await.assert_is(200, "vera");

    site.store.age(4 * MINUTE);
    jar.ask_with(&site.app, "GET /pay", BROWSER, "").await.assert_is(200, "vera");
    site.store.age(2 * MINUTE);
    assert_eq!(jar.ask_with(&site.app, "GET /pay", BROWSER, "").await.status, 303);
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
}

#[tokio::test]
async fn fetch_and_iframe_get_401_instead_of_a_redirect() {
    let site = Site::new(false);
    let mut jar = site.signed_in("vera").await;
    for (line, fields) in [("GET /pay", &[][..]), ("GET /pay", SCRIPT), ("POST /pay", SCRIPT)] {
        jar.ask_with(&site.app, line, fields, "").await.assert_denied(401, REASON, CHALLENGE);
    }
    let frame = [BROWSER, &[("sec-fetch-dest", "iframe")]].concat();
    let answer = jar.ask_with(&site.app, "GET /pay", &frame, "").await;
    assert_eq!((answer.status.as_u16(), answer.challenges()), (401, CHALLENGE.to_vec()));
    let link = "<a href=\"/login?reason=step_up_required&amp;max_age=300&amp;return_to=/pay\">";
    assert!(answer.body.contains(link), "{}", answer.body);
    let answer = jar.ask_with(&site.app, "HEAD /pay", SCRIPT, "").await;
    assert_eq!((answer.status.as_u16(), answer.challenges()), (401, CHALLENGE.to_vec()));
    assert_eq!(answer.body, "");
    // A form submission cannot be repeated by a redirect, so there is no `return_to`.
    let answer = jar.ask_with(&site.app, "POST /pay", BROWSER, "").await;
    let location = Some("/login?reason=step_up_required&max_age=300");
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, location));
}

#[tokio::test]
async fn missing_role_is_403_without_redirect_to_login() {
    let site = Site::new(false);
    let mut jar = site.signed_in("vera").await;
    assert_eq!(jar.ask_with(&site.app, "GET /purge", BROWSER, "").await.status, 403);
    let mut ada = site.signed_in("ada").await;
    assert_eq!(ada.ask_with(&site.app, "GET /purge", BROWSER, "").await.status, 303);
    // An anonymous caller is redirected without a reason.
    let answer = Jar::default().ask_with(&site.app, "GET /pay", BROWSER, "").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/login?return_to=/pay")));
}

#[tokio::test]
async fn step_up_challenge_is_bearer_if_the_gate_accepts_tokens() {
    let site = Site::new(true);
    let mut jar = site.signed_in("vera").await;
    let answer = jar.ask_with(&site.app, "GET /pay", SCRIPT, "").await;
    assert_step_up(&answer, ", max_age=\"300\"", "a session");
    assert_eq!(jar.ask_with(&site.app, "GET /pay", BROWSER, "").await.status, 303);
    // A caller with a token does not sign in with a browser.
    let token = authgate_tests::token::token(&serde_json::json!({ "auth_time": 1 }));
    let bearer = format!("Bearer {token}");
    let fields = [BROWSER, &[("authorization", bearer.as_str())]].concat();
    let answer = Jar::default().ask_with(&site.app, "GET /pay", &fields, "").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (401, None));
}

#[tokio::test]
async fn login_strength_is_kept_until_the_next_sign_in() {
    let site = Site::new(false);
    let mut jar = site.signed_in("vera").await;
    for (path, needed) in [("/code", ""), ("/gold", ACR_VALUES)] {
        let answer = jar.ask_with(&site.app, &format!("GET {path}"), BROWSER, "").await;
        let location = format!("/login?reason=step_up_required{needed}&return_to={path}");
        assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some(location.as_str())));
        jar.ask(&site.app, &format!("GET {path}")).await.assert_denied(401, REASON, CHALLENGE);
    }
    jar.post(&site.app, "/login", "who=vera&code=true").await;
    jar.ask(&site.app, "GET /code").await.assert_is(200, "Some(\"urn:example:gold\") pwd+otp");
    jar.ask(&site.app, "GET /gold").await.assert_is(200, "");
    site.store.age(60 * MINUTE);
    assert_eq!(jar.ask(&site.app, "GET /code").await.status, 200, "strength does not age");
    jar.post(&site.app, "/login", "who=vera").await;
    jar.ask(&site.app, "GET /code").await.assert_denied(401, REASON, CHALLENGE);
}

/// OpenID Connect Core 1.0 section 2, `auth_time`.
#[tokio::test]
async fn provider_login_has_the_auth_time_of_the_provider() {
    let site = Site::new(false);
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "who=vera&provider=-60").await;
    jar.ask(&site.app, "GET /me").await.assert_is(200, "vera");
    jar.ask(&site.app, "GET /pay").await.assert_denied(401, REASON, CHALLENGE);
    jar.ask(&site.app, "GET /lifetime").await.assert_is(200, "12 hours");
    jar.post(&site.app, "/login", "who=vera&provider=-1").await;
    jar.ask(&site.app, "GET /pay").await.assert_is(200, "vera");
    site.store.age(12 * 60 * MINUTE);
    jar.ask(&site.app, "GET /me").await.assert_denied(401, "credentials_expired", CHALLENGE);
}

#[tokio::test]
async fn auth_time_in_the_future_counts_from_sign_in() {
    let site = Site::new(false);
    let mut jar = Jar::default();
    jar.post(&site.app, "/login", "who=vera&provider=60").await;
    jar.ask(&site.app, "GET /pay").await.assert_is(200, "vera");
    site.store.age(6 * MINUTE);
    jar.ask(&site.app, "GET /pay").await.assert_denied(401, REASON, CHALLENGE);
}
