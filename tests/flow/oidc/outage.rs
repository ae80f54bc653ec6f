//! A provider and stores that do not respond.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::{Duration, SystemTime};

use authgate::oauth::{BackendError, InMemoryOnce, Once};
use authgate::oidc::LoginBuilder;
use authgate_tests::ask::Answer;
use authgate_tests::jar::Jar;
use authgate_tests::session::{Mood, Store};
use axum::body::Bytes;
use axum::http::Response;
use serde_json::json;

use super::world::{Idp, SESSION, Site, TOKEN, open_logins};

fn assert_unavailable(answer: &Answer, what: &str) {
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (503, "undecided"), "{what}");
    assert!(answer.header("retry-after").is_some(), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
}

fn response(status: u16, content_type: &str, body: impl Into<Bytes>) -> Response<Bytes> {
    let response = Response::builder().status(status).header("content-type", content_type);
    response.header("location", "https://evil.example/token").body(body.into()).unwrap()
}

/// The service starts while the provider is down.
#[tokio::test(start_paused = true)]
async fn login_starts_once_the_provider_is_up() {
    let site = Site::new();
    site.idp.provider.set_down(true);
    let mut jar = Jar::default();
    assert_unavailable(&jar.ask(&site.app, "GET /login").await, "down");
    assert_eq!(open_logins(&jar), 0);
    site.idp.provider.set_down(false);
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert_eq!(site.sign_in(&mut jar, "", &json!({})).await.status, 303);
}

#[tokio::test(start_paused = true)]
async fn slow_provider_is_given_up_and_asked_once_for_all() {
    let site = Site::new();
    site.idp.provider.set_delay(Duration::MAX);
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let site = site.clone();
            tokio::spawn(async move { site.status(&mut Jar::default(), "GET /login").await })
        })
        .collect();
    for task in tasks {
        assert_eq!(task.await.unwrap(), 503);
    }
    // The metadata is at two addresses, and the task that fetches the keys asks too.
    assert!(site.idp.provider.all_asked().len() <= 8, "{:?}", site.idp.provider.all_asked());
}

#[tokio::test(start_paused = true)]
async fn known_metadata_is_used_while_the_provider_is_down() {
    let site = Site::new();
    site.start(&mut Jar::default(), "").await;
    tokio::time::sleep(Duration::from_secs(2 * 60 * 60)).await;
    site.idp.provider.set_down(true);
    let mut jar = Jar::default();
    let asked = site.start(&mut jar, "").await;
    let target = site.idp.answer(&asked, &json!({}));
    assert_unavailable(&jar.ask(&site.app, &format!("GET {target}")).await, "no tokens");
    assert!(jar.get(SESSION).is_none());
}

#[tokio::test(start_paused = true)]
async fn token_endpoint_without_a_usable_answer_is_503() {
    let html = "<html>sign in to the hotel network</html>";
    for (what, status, content_type, body) in [
        ("HTML", 200, "text/html", Bytes::from(html)),
        ("empty", 200, "application/json", Bytes::new()),
        ("no ID token", 200, "application/json", Bytes::from("{\"access_token\":\"a\"}")),
        ("array", 200, "application/json", Bytes::from("[]")),
        ("ID token is a number", 200, "application/json", Bytes::from("{\"id_token\":1}")),
        ("10 MB", 200, "application/json", Bytes::from(vec![b' '; 10_000_000])),
        ("redirect", 302, "text/html", Bytes::new()),
        ("error", 500, "text/html", Bytes::from(html)),
        ("limit", 429, "application/json", Bytes::from("{}")),
        ("wrong secret", 401, "application/json", Bytes::from("{\"error\":\"invalid_client\"}")),
        ("wrong client", 400, "application/json", Bytes::from("{\"error\":\"unauthorized_client\"}")),
        ("no error", 400, "application/json", Bytes::from("{}")),
        (
            "invalid_grant with another status",
            500,
            "application/json",
            Bytes::from("{\"error\":\"invalid_grant\"}"),
        ),
    ] {
        let site = Site::new();
        let body = body.clone();
        site.idp.provider.serve(TOKEN, move || response(status, content_type, body.clone()));
        let mut jar = Jar::default();
        assert_unavailable(&site.sign_in(&mut jar, "", &json!({})).await, what);
        assert!(jar.get(SESSION).is_none(), "{what}");
        assert_eq!(open_logins(&jar), 0, "{what}");
        assert_eq!(site.store.sessions(), 0, "{what}");
    }
}

#[tokio::test(start_paused = true)]
async fn token_endpoint_that_hangs_or_is_down_is_503() {
    for delay in [None, Some(Duration::from_secs(4)), Some(Duration::MAX)] {
        let site = Site::new();
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "").await;
        match delay {
            None => site.idp.provider.set_down(true),
            Some(delay) => site.idp.provider.set_delay(delay),
        }
        let answer = jar.ask(&site.app, &format!("GET {}", site.idp.answer(&asked, &json!({})))).await;
        assert_unavailable(&answer, "token endpoint");
        assert!(jar.get(SESSION).is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn metadata_that_is_not_usable_is_503() {
    for (name, value) in [
        ("issuer", json!("https://evil.example")),
        ("token_endpoint", json!("http://id.example/token")),
        ("token_endpoint", json!("https://localhost/token")),
        ("token_endpoint", json!(null)),
        ("authorization_endpoint", json!("javascript:alert(1)")),
        ("authorization_endpoint", json!("http://id.example/auth")),
        ("authorization_endpoint", json!(1)),
    ] {
        let site = Site::new();
        let mut metadata = super::world::metadata();
        metadata[name] = value.clone();
        site.idp.describe(&metadata);
        assert_unavailable(&Jar::default().ask(&site.app, "GET /login").await, &format!("{name} {value}"));
    }
}

/// Without keys, an ID token cannot be checked, which is not the fault of the user.
#[tokio::test(start_paused = true)]
async fn keys_that_cannot_be_fetched_are_503() {
    let site = Site::new();
    site.idp.provider.serve("https://id.example/jwks", || response(500, "text/html", Bytes::new()));
    assert_unavailable(&site.sign_in(&mut Jar::default(), "", &json!({})).await, "no keys");
}

/// A store that works, fails, hangs or panics.
#[derive(Clone)]
pub(super) struct Fickle(Arc<AtomicU8>, Arc<InMemoryOnce>);

impl Fickle {
    pub(super) fn new() -> Self {
        Self(Arc::default(), Arc::new(InMemoryOnce::new()))
    }

    pub(super) fn be(&self, mood: u8) {
        self.0.store(mood, Ordering::Relaxed);
    }

    /// Does what the mood requires.
    pub(super) async fn act(&self) -> Result<(), BackendError> {
        match self.0.load(Ordering::Relaxed) {
            0 => Ok(()),
            1 => Err(BackendError::new("down")),
            2 => pending().await,
            _ => panic!("a store panics"),
        }
    }
}

impl Once for Fickle {
    async fn first(&self, key: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
        self.act().await?;
        self.1.first(key, until).await
    }
}

/// The answer may be sent again, because the login was not used up.
#[tokio::test(start_paused = true)]
async fn store_of_used_logins_that_fails_is_503_and_keeps_the_login() {
    for mood in 1..=3 {
        let used = Fickle::new();
        let site = Site::with(|login| login.used(used.clone()));
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "").await;
        let target = format!("GET {}", site.idp.answer(&asked, &json!({})));
        used.be(mood);
        assert_unavailable(&jar.ask(&site.app, &target).await, "used logins");
        assert_eq!(site.idp.provider.asked(TOKEN), 0, "the code is not used");
        used.be(0);
        assert_eq!(site.status(&mut jar, &target).await, 303);
    }
}

#[tokio::test(start_paused = true)]
async fn session_store_that_fails_is_503_without_a_session() {
    for mood in [Mood::CannotLoad, Mood::CannotWrite, Mood::Hangs] {
        let site = Site::of(&Idp::new(), &Store::default(), |login: LoginBuilder| login);
        let mut jar = Jar::default();
        let asked = site.start(&mut jar, "").await;
        jar.set(SESSION, "AAAAAAAAAAAAAAAAAAAAAA");
        let target = site.idp.answer(&asked, &json!({}));
        site.store.be(mood);
        assert_unavailable(&jar.ask(&site.app, &format!("GET {target}")).await, &format!("{mood:?}"));
        site.store.be(Mood::Well);
        assert_eq!(site.status(&mut jar, "GET /me").await, 401);
        assert_eq!(site.store.sessions(), 0, "{mood:?}");
    }
}
