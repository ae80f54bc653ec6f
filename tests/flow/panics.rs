//! A panic in a scheme or in its backend is 500 with an event. No other scheme is tried.

use std::net::SocketAddr;

use authgate::credentials::RequestCredentials;
use authgate::danger::TrustedProxy;
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::get;
use authgate::scheme::api_key::{ApiKeys, KeyDigest, KeyLookup, NewKey};
use authgate::scheme::bearer::{CacheSize, RevocationStatus, Revocations};
use authgate::scheme::digest::{DigestUsers, Found, Sought};
use authgate::scheme::{Ambient, Answer, ApiKey, Basic, Digest, Identity, Login, Outcome, Scheme, Users};
use authgate::session::{Account, Accounts, BackendError, Sessions};
use authgate::{Authenticated, Context, Gate, Router, Unauthenticated, public};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{Answer as Answered, ask};
use authgate_tests::digest::{REALM, Sent, challenge};
use authgate_tests::jar::Jar;
use authgate_tests::session::Store;
use authgate_tests::token::token;
use axum::extract::connect_info::MockConnectInfo;
use axum::extract::{FromRef, State};
use axum::handler::Handler as _;
use axum::http::header::{AUTHORIZATION, COOKIE};
use serde_json::json;
use tracing::Level;

use crate::events::capture::{Event, capture};

/// The point at which a scheme panics.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    IsPresented,
    Authenticate,
    /// Before its future is polled.
    Later,
    /// After its future was pending once.
    LaterAgain,
    FreshChallenges,
    OnResponse,
}

/// A scheme for `Authorization: Broken ..` or for the cookie `broken`.
struct Broken {
    at: At,
    attachment: Ambient,
}

impl Broken {
    const fn new(at: At) -> Self {
        Self { at, attachment: Ambient::No }
    }

    const fn cookie(at: At) -> Self {
        Self { attachment: Ambient::Cookie, ..Self::new(at) }
    }
}

impl Scheme<User> for Broken {
    fn challenge(&self) -> Challenge {
        Challenge::new("Broken").realm("china shop")
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        let is_presented = match self.attachment {
            Ambient::Cookie => presented.headers().contains_key(COOKIE),
            _ => presented.authorization().credential_of(name).is_some(),
        };
        assert!(!(is_presented && self.at == At::IsPresented), "the application's own mistake");
        is_presented
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        match self.at {
            At::Authenticate => panic!("the application's own mistake"),
            At::Later => Answer::pending(async { panic!("the application's own mistake") }),
            At::LaterAgain => Answer::pending(async {
                tokio::task::yield_now().await;
                panic!("the application's own mistake")
            }),
            At::OnResponse => {
                let identity = Identity::new(User::new("vera", &[], &[]), Context::of("Broken"));
                let identity = identity.on_response(|headers| {
                    headers.insert("half", "done".parse().unwrap());
                    panic!("the application's own mistake")
                });
                Outcome::Authenticated(identity).into()
            }
            At::IsPresented | At::FreshChallenges => Outcome::Rejected(CredentialError::Rejected).into(),
        }
    }

    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        assert!(!(fault.is_some() && self.at == At::FreshChallenges), "the application's own mistake");
        Vec::new()
    }

    fn properties(&self) -> authgate::scheme::Properties {
        let field = if self.attachment == Ambient::Cookie { COOKIE } else { AUTHORIZATION };
        let properties = authgate::scheme::Properties::new().fields([field]).ambient(self.attachment);
        if self.at == At::OnResponse { properties.sets_response_fields() } else { properties }
    }
}

/// A cookie scheme that authenticates every caller. It runs after all other schemes.
struct Good;

impl Scheme<User> for Good {
    fn challenge(&self) -> Challenge {
        Challenge::new("good").realm("china shop").only_alone()
    }

    fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key(COOKIE)
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Outcome::Authenticated(Identity::new(User::new("good", &[], &[]), Context::of("good"))).into()
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().fields([COOKIE])
    }
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "stranger".to_owned(), |user| user.sub.clone())
}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<String, authgate::Denial> {
    caller.authenticate().await.map(|user| user.sub.clone())
}

fn app(gate: Gate<User>) -> axum::Router {
    let layered = me.layer(tower::layer::util::Identity::new());
    Router::new()
        .route("/me", get(me))
        .route("/layered", get(layered))
        .route("/greet", get(greet))
        .route("/look", get(look))
        .with_state(gate)
}

const LINES: [&str; 4] = ["GET /me", "GET /layered", "GET /greet", "GET /look"];

#[track_caller]
fn assert_failed((answer, events): &(Answered, Vec<Event>), scheme: &str, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (500, "failed"), "{what}");
    assert!(answer.challenges().is_empty() && answer.header("half").is_none(), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    let [event] = events.as_slice() else { panic!("{what}: {events:?}") };
    assert_eq!((event.target, event.level), ("authgate::gate", Level::ERROR), "{what}");
    assert_eq!((event.field("reason"), event.field("scheme")), (Some("failed"), Some(scheme)), "{what}");
    assert!(!format!("{event:?}").contains("s3cr3t"), "{what}");
}

#[tokio::test]
async fn panic_in_scheme_is_500_without_trying_other_schemes() {
    for at in [At::IsPresented, At::Authenticate, At::Later, At::LaterAgain, At::FreshChallenges] {
        let gate = Gate::builder().scheme(Broken::new(at)).scheme(Good).build().unwrap();
        let app = app(gate);
        for line in LINES {
            for _ in 0..2 {
                let fields = [("authorization", "Broken s3cr3t"), ("cookie", "x=y")];
                let asked = capture(ask(&app, line, &fields)).await;
                assert_failed(&asked, "Broken", &format!("{at:?} {line}"));
            }
            // Callers that use the other scheme are not affected.
            ask(&app, line, &[("cookie", "x=y")]).await.assert_is(200, "good");
        }
    }
}

#[tokio::test]
async fn panic_in_cookie_scheme_is_500_without_trying_other_schemes() {
    for at in [At::IsPresented, At::Authenticate, At::Later, At::LaterAgain] {
        let gate = Gate::builder().scheme(Broken::cookie(at)).scheme(Good).scheme(bearer()).build().unwrap();
        let app = app(gate);
        for line in LINES {
            let asked = capture(ask(&app, line, &[("cookie", "x=y")])).await;
            assert_failed(&asked, "Broken", &format!("{at:?} {line}"));
        }
    }
}

/// The response of a handler is not sent without the fields that the scheme adds.
#[tokio::test]
async fn panic_in_response_hook_is_500() {
    let gate = Gate::builder().scheme(Broken::new(At::OnResponse)).build().unwrap();
    let plain = axum::Router::new()
        .route("/me", axum::routing::get(async |user: Authenticated<User>| user.sub.clone()))
        .layer(gate.layer())
        .with_state(gate.clone());
    let app = app(gate);
    for line in LINES {
        let asked = capture(ask(&app, line, &[("authorization", "Broken s3cr3t")])).await;
        assert_failed(&asked, "Broken", line);
    }
    let asked = capture(ask(&plain, "GET /me", &[("authorization", "Broken s3cr3t")])).await;
    assert_failed(&asked, "Broken", "a plain router");
}

/// Application code called by the library's schemes, each in a separate gate.
struct Asked;

fn broken<T>() -> T {
    panic!("the application's own mistake")
}

impl Users<User> for Asked {
    async fn login(&self, _: &str, _: &str) -> Login<User> {
        tokio::task::yield_now().await;
        broken()
    }
}

impl ApiKeys<User> for Asked {
    async fn find(&self, _: &KeyDigest) -> KeyLookup<User> {
        broken()
    }
}

/// A synchronous lookup.
struct AskedAtOnce;

impl ApiKeys<User> for AskedAtOnce {
    async fn find(&self, _: &KeyDigest) -> KeyLookup<User> {
        broken()
    }

    fn find_now(&self, _: &KeyDigest) -> Option<KeyLookup<User>> {
        broken()
    }
}

impl DigestUsers<User> for Asked {
    async fn find<'a>(&'a self, _: Sought<'a>) -> Found<User> {
        broken()
    }
}

impl Revocations for Asked {
    async fn status(&self, _: &Context) -> RevocationStatus {
        tokio::task::yield_now().await;
        broken()
    }
}

async fn assert_scheme_fails(scheme: impl Scheme<User>, name: &str, field: (&str, &str)) {
    let gate = Gate::builder().scheme(scheme).scheme(Good).build().unwrap();
    let app = app(gate).layer(MockConnectInfo(SocketAddr::from(([10, 1, 2, 3], 4711))));
    for line in LINES {
        for _ in 0..2 {
            let asked = capture(ask(&app, line, &[field, ("cookie", "x=y")])).await;
            assert_failed(&asked, name, &format!("{name} {line}"));
        }
    }
}

#[tokio::test]
async fn panic_in_application_callback_of_a_scheme_is_500() {
    let basic = ("authorization", "Basic dmVyYTpzM2NyM3Q=");
    assert_scheme_fails(Basic::new(Asked).realm("api"), "Basic", basic).await;
    let at_once = |_: String, _: String| -> std::future::Ready<Login<User>> { broken() };
    assert_scheme_fails(Basic::new(at_once).realm("api"), "Basic", basic).await;

    let key = NewKey::generate("acme").unwrap();
    let key = ("x-api-key", key.text());
    assert_scheme_fails(ApiKey::header("x-api-key", Asked).realm("api"), "ApiKey", key).await;
    assert_scheme_fails(ApiKey::header("x-api-key", AskedAtOnce).realm("api"), "ApiKey", key).await;

    let proxy = TrustedProxy::new("x-forwarded-user", "a test", ["10.1.2.3"], |_| broken());
    assert_scheme_fails(proxy.realm("intranet"), "TrustedProxy", ("x-forwarded-user", "vera")).await;

    let token = format!("Bearer {}", token(&json!({ "jti": "id-1" })));
    let token = ("authorization", token.as_str());
    assert_scheme_fails(bearer().revoked_by(Asked), "Bearer", token).await;
    assert_scheme_fails(bearer().revoked_by(|_: &Context| broken()), "Bearer", token).await;
    assert_scheme_fails(bearer().revoked_by(Asked).cached(CacheSize::mebibytes(1)), "Bearer", token).await;
}

#[tokio::test]
async fn panic_in_digest_users_is_500() {
    let digest = || Digest::new(Asked).realm(REALM);
    let app = app(Gate::builder().scheme(digest()).build().unwrap());
    let challenge = challenge(&app).await;
    let credential = Sent::by_alice(&challenge, "GET /me").credential();
    let asked = capture(ask(&app, "GET /me", &[("authorization", &credential)])).await;
    assert_failed(&asked, "Digest", "users");
}

#[derive(authgate::Principal, serde::Deserialize)]
struct BrokenClaims {
    #[principal(id)]
    sub: String,
    #[serde(default, rename = "iss", deserialize_with = "read_claim")]
    _claim: (),
}

fn read_claim<'de, D: serde::Deserializer<'de>>(_: D) -> Result<(), D::Error> {
    broken()
}

async fn by_claims(user: Authenticated<BrokenClaims>) -> String {
    user.sub.clone()
}

#[tokio::test]
async fn panic_in_claims_deserializer_is_500() {
    for bearer in [bearer(), bearer()] {
        let gate = Gate::<BrokenClaims>::builder().scheme(bearer).build().unwrap();
        let app = Router::new().route("/me", get(by_claims)).with_state(gate);
        let token = format!("Bearer {}", token(&json!({})));
        let asked = capture(ask(&app, "GET /me", &[("authorization", &token)])).await;
        assert_failed(&asked, "Bearer", "claims");
    }
}

struct Directory;

impl Accounts<User> for Directory {
    async fn find(&self, _: &str) -> Result<Option<Account<User>>, BackendError> {
        broken()
    }
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
) -> Result<(), authgate::Denial> {
    let account = Account::new(User::new("vera", &[], &[]), "secret");
    sessions.sign_in(&caller, "vera", &account).await
}

#[derive(Clone, FromRef)]
struct WithSessions {
    gate: Gate<User>,
    sessions: Sessions,
}

#[tokio::test]
async fn panic_in_session_accounts_is_500() {
    let sessions = Sessions::new(Store::default());
    let gate = Gate::builder().scheme(sessions.scheme(Directory).realm("app")).scheme(Good).build().unwrap();
    let app = Router::new()
        .route("/login", authgate::routing::post(login))
        .route("/me", get(me))
        .layer(sessions.layer())
        .with_state(WithSessions { gate, sessions });
    let mut jar = Jar::default();
    assert_eq!(jar.post(&app, "/login", "").await.status, 200);
    for _ in 0..2 {
        let asked = capture(jar.ask(&app, "GET /me")).await;
        assert_failed(&asked, "Cookie", "accounts");
    }
}

/// An id whose `Display` impl panics.
struct Unwritable;

impl std::fmt::Display for Unwritable {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        broken()
    }
}

struct Anonymous(Unwritable);

impl authgate::Principal for Anonymous {
    type Id = Unwritable;
    const NAME: &'static str = "Anonymous";

    fn id(&self) -> &Unwritable {
        &self.0
    }
}

impl Scheme<Anonymous> for Asked {
    fn challenge(&self) -> Challenge {
        Challenge::new("Asked").realm("china shop")
    }

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<Anonymous> {
        Outcome::Authenticated(Identity::new(Anonymous(Unwritable), Context::of("Asked"))).into()
    }
}

#[tokio::test]
async fn panic_in_principal_id_display_keeps_the_denial() {
    async fn fresh(_: authgate::Authorized<authgate::right::Fresh<60>, Anonymous>) {}
    let gate = Gate::<Anonymous>::builder().scheme(Asked).build().unwrap();
    let app = Router::new().route("/fresh", get(fresh)).with_state(gate);
    let (answer, events) = capture(ask(&app, "GET /fresh", &[("authorization", "Asked x")])).await;
    answer.assert_denied(401, "step_up_required", &["Asked realm=\"china shop\""]);
    assert_eq!((events.len(), events[0].field("principal")), (1, Some("")));
}
