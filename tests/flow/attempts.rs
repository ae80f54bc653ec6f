//! Limits on login attempts: a login form, Basic, and a scheme that answers with 429.

mod own;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use authgate::credentials::RequestCredentials;
use authgate::routing::{get, post};
use authgate::scheme::attempts::AttemptLimits;
use authgate::scheme::{Basic, Login};
use authgate::session::{Account, Accounts, BackendError, Sessions};
use authgate::{Authenticated, Denial, Gate, Router, Unauthenticated, public};
use authgate_tests::app::User;
use authgate_tests::ask::{Answer as Response, request, send};
use authgate_tests::http::Server;
use axum::Form;
use axum::body::Body;
use axum::extract::{ConnectInfo, FromRef, State};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::Request;
use serde::Deserialize;
use tokio::net::TcpListener;
use tokio::time::advance;

use crate::events::capture::capture;

const PASSWORD: &str = "correct horse";
const MINUTE: Duration = Duration::from_secs(60);

#[derive(Clone, Default)]
struct People {
    /// The number of verified passwords.
    verified: Arc<AtomicUsize>,
}

impl People {
    fn verify(&self, name: &str, password: &str) -> Login<User> {
        self.verified.fetch_add(1, Ordering::Relaxed);
        match name {
            "vera" | "ada" if password == PASSWORD => Login::Verified(User::new(name, &[], &[])),
            "vera" | "ada" => Login::Wrong,
            _ => Login::Unknown,
        }
    }
}

impl Accounts<User> for People {
    async fn find(&self, id: &str) -> Result<Option<Account<User>>, BackendError> {
        Ok(Some(Account::new(User::new(id, &[], &[]), PASSWORD)))
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
    sessions: Sessions,
    people: People,
    limits: AttemptLimits,
}

#[derive(Deserialize)]
struct LoginForm {
    name: String,
    password: String,
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(app): State<App>,
    Form(form): Form<LoginForm>,
) -> Result<&'static str, Denial> {
    let attempt = caller.start_attempt(&app.limits, &form.name, &form.password).await?;
    let Login::Verified(user) = app.people.verify(&form.name, &form.password) else {
        return Ok("The name or the password is wrong.");
    };
    attempt.succeeded().await;
    app.sessions.sign_in(&caller, &form.name, &Account::new(user, PASSWORD)).await?;
    Ok("Welcome.")
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn limits() -> AttemptLimits {
    AttemptLimits::in_memory(peer)
}

fn peer(request: &RequestCredentials<'_>) -> Option<std::net::IpAddr> {
    request.extensions().get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip())
}

/// An application with a login form and with Basic, which share the limits.
fn app(limits: &AttemptLimits) -> (axum::Router, Arc<AtomicUsize>) {
    let (sessions, people) = (Sessions::in_memory(), People::default());
    let (verified, of_basic) = (Arc::clone(&people.verified), people.clone());
    let users = move |name: String, password: String| {
        let login = of_basic.verify(&name, &password);
        async move { login }
    };
    let gate = Gate::builder()
        .scheme(sessions.scheme(people.clone()).realm("app"))
        .scheme(Basic::new(users).realm("api").attempts(limits))
        .build()
        .unwrap();
    let routes = Router::new().route("/login", post(login)).route("/me", get(me)).layer(sessions.layer());
    (routes.with_state(App { gate, sessions, people, limits: limits.clone() }), verified)
}

fn from(peer: &str, mut request: Request<Body>) -> Request<Body> {
    let peer = SocketAddr::new(peer.parse().unwrap(), 4711);
    request.extensions_mut().insert(ConnectInfo(peer));
    request
}

async fn submit(app: &axum::Router, peer: &str, name: &str, password: &str) -> Response {
    let fields = [("content-type", "application/x-www-form-urlencoded")];
    let request = request("POST /login", &fields).map(|_| format!("name={name}&password={password}").into());
    send(app, from(peer, request)).await
}

async fn basic(app: &axum::Router, peer: &str, name: &str, password: &str) -> Response {
    let value = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
    send(app, from(peer, request("GET /me", &[("authorization", &value)]))).await
}

#[track_caller]
fn assert_limited(answer: &Response, retry_after: &str) {
    answer.assert_denied(429, "too_many_attempts", &[]);
    assert_eq!(answer.header("retry-after"), Some(retry_after));
}

const WRONG: &str = "The name or the password is wrong.";

#[tokio::test(start_paused = true)]
async fn eleventh_wrong_password_is_429_and_is_not_verified() {
    let (app, verified) = app(&limits());
    for number in 0..10 {
        submit(&app, "192.0.2.1", "vera", &format!("wrong{number}")).await.assert_is(200, WRONG);
    }
    advance(5 * MINUTE).await;
    for password in ["wrong11", PASSWORD, "wrong3"] {
        assert_limited(&submit(&app, "192.0.2.1", "vera", password).await, "600");
        assert_limited(&basic(&app, "192.0.2.1", "vera", password).await, "600");
    }
    assert_eq!(verified.load(Ordering::Relaxed), 10);
    submit(&app, "192.0.2.1", "ada", PASSWORD).await.assert_is(200, "Welcome.");
    submit(&app, "192.0.2.2", "vera", PASSWORD).await.assert_is(200, "Welcome.");
    advance(10 * MINUTE).await;
    submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "Welcome.");
}

#[tokio::test(start_paused = true)]
async fn unknown_name_is_limited_like_a_known_one() {
    let (app, _) = app(&limits());
    for name in ["vera", "nobody"] {
        for number in 0..10 {
            basic(&app, "192.0.2.1", name, &number.to_string()).await.assert_denied(
                401,
                "credentials_rejected",
                &[r#"Basic realm="api", charset="UTF-8""#],
            );
        }
        assert_limited(&basic(&app, "192.0.2.1", name, "11").await, "900");
    }
}

/// Clients of Basic send the password with each request, and programs may have an old one.
#[tokio::test(start_paused = true)]
async fn repeated_password_counts_once() {
    let (app, verified) = app(&limits());
    for _ in 0..100 {
        assert_eq!(basic(&app, "192.0.2.1", "vera", "old").await.status, 401);
    }
    let parallel = (0..100).map(|_| {
        let app = app.clone();
        tokio::spawn(async move { basic(&app, "192.0.2.1", "vera", PASSWORD).await.status })
    });
    for answer in parallel.collect::<Vec<_>>() {
        assert_eq!(answer.await.unwrap(), 200);
    }
    assert_eq!(verified.load(Ordering::Relaxed), 200);
}

#[tokio::test(start_paused = true)]
async fn parallel_guesses_do_not_exceed_the_limit() {
    let (app, verified) = app(&limits());
    let parallel = (0..100).map(|number| {
        let app = app.clone();
        tokio::spawn(async move { basic(&app, "192.0.2.1", "vera", &number.to_string()).await.status })
    });
    let mut limited = 0;
    for answer in parallel.collect::<Vec<_>>() {
        limited += usize::from(answer.await.unwrap() == 429);
    }
    assert_eq!((limited, verified.load(Ordering::Relaxed)), (90, 10));
}

/// A flood from many networks uses up the limit of the account.
#[tokio::test(start_paused = true)]
async fn flood_does_not_lock_out_a_user_on_a_known_network() {
    let (app, _) = app(&limits());
    submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "Welcome.");
    for number in 0..120 {
        submit(&app, &format!("2001:db8:0:{number}::1"), "vera", &format!("wrong{number}")).await;
    }
    assert_limited(&submit(&app, "198.51.100.7", "vera", PASSWORD).await, "3600");
    submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "Welcome.");
    submit(&app, "192.0.2.1", "vera", "typo").await.assert_is(200, WRONG);
    // The flood goes on, but attempts that get 429 do not count.
    for number in 0..59 {
        advance(MINUTE).await;
        assert_eq!(submit(&app, "203.0.113.1", "vera", &number.to_string()).await.status, 429);
    }
    advance(MINUTE).await;
    submit(&app, "198.51.100.7", "vera", PASSWORD).await.assert_is(200, "Welcome.");
}

#[tokio::test(start_paused = true)]
async fn network_cannot_try_many_accounts() {
    let (app, verified) = app(&limits());
    for number in 0..100 {
        submit(&app, "2001:db8::1", &format!("user{number}"), "123456").await.assert_is(200, WRONG);
    }
    // The same subscriber, from another address.
    assert_limited(&submit(&app, "2001:db8::2", "vera", "123456").await, "3600");
    assert_eq!(verified.load(Ordering::Relaxed), 100);
    submit(&app, "2001:db8:0:1::2", "vera", PASSWORD).await.assert_is(200, "Welcome.");
}

#[tokio::test]
async fn page_of_another_site_cannot_use_up_the_attempts() {
    let (app, verified) = app(&limits().per_client(1, MINUTE));
    let fields = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "cross-site")];
    for number in 0..3 {
        let form = format!("name=vera&password={number}");
        let request = request("POST /login", &fields).map(|_| form.into());
        send(&app, from("192.0.2.1", request)).await.assert_denied(403, "cross_site", &[]);
    }
    assert_eq!(verified.load(Ordering::Relaxed), 0);
    submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "Welcome.");
}

#[tokio::test]
async fn malformed_credential_does_not_count() {
    let (app, _) = app(&limits().per_client(1, MINUTE));
    for value in ["Basic", "Basic !", "Basic dmVyYQ=="] {
        let sent = from("192.0.2.1", request("GET /me", &[("authorization", value)]));
        assert_eq!(send(&app, sent).await.reason(), "credentials_malformed");
    }
    basic(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "vera");
}

#[tokio::test]
async fn unknown_address_is_503_with_the_fix_in_the_log() {
    let (app, verified) = app(&limits());
    let (answer, events): (Response, _) = capture(async {
        let fields = [("content-type", "application/x-www-form-urlencoded")];
        let request = request("POST /login", &fields).map(|_| "name=vera&password=x".into());
        send(&app, request).await
    })
    .await;
    answer.assert_denied(503, "undecided", &[]);
    let text = format!("{events:?}");
    assert!(text.contains("into_make_service_with_connect_info"), "{text}");
    assert_eq!(verified.load(Ordering::Relaxed), 0);
}

/// A browser that submitted the form gets a page.
#[tokio::test]
async fn browser_gets_a_page_with_retry_after() {
    let (app, _) = app(&limits().per_client(1, MINUTE));
    submit(&app, "192.0.2.1", "vera", "wrong").await.assert_is(200, WRONG);
    let fields = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("accept", "text/html,application/xhtml+xml,*/*;q=0.8"),
    ];
    let request = request("POST /login", &fields).map(|_| "name=vera&password=x".into());
    let answer = send(&app, from("192.0.2.1", request)).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, Some("60")));
    assert!(answer.body.contains("<h1>Too Many Requests</h1>"), "{}", answer.body);
}

/// The address is that of the connection.
#[tokio::test]
async fn attempts_over_real_connections_are_limited() {
    let (app, _) = app(&limits().per_client(2, MINUTE));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = Server { address: listener.local_addr().unwrap() };
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    for number in 0..2 {
        let read = server.send("POST /login", form, &format!("name=vera&password={number}")).await;
        assert_eq!((read.status, read.body.as_str()), (200, WRONG));
    }
    let read = server.send("POST /login", form, "name=vera&password=2").await;
    assert_eq!(read.status, 429);
    assert!(read.head.to_lowercase().contains("\r\nretry-after: 60\r\n"), "{}", read.head);
}
