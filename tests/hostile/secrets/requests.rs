//! Every kind of credential, valid and invalid: the log and the response.

use authgate::password::{Htpasswd, Passwords};
use authgate::routing::get;
use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
use authgate::scheme::{ApiKey, Basic};
use authgate::{Authenticated, Gate, Router};
use authgate_tests::ask::{Answer, ask};
use authgate_tests::digest::{Caller, Sent, app as digest_app, challenge};
use authgate_tests::jar::Jar;
use authgate_tests::session::{COOKIE, Site};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::forms::{Secret, assert_no_secret};
use super::log;

const PASSWORD: &str = "correct horse battery staple";
const WRONG: &str = "wrong horse battery staple";

async fn me(_: Authenticated<Caller>) {}

fn app_of(gate: Gate<Caller>) -> axum::Router {
    Router::new().route("/me", get(me)).with_state(gate)
}

fn response_text(answer: &Answer) -> String {
    format!("{} {:?} {}", answer.status, answer.headers, answer.body)
}

#[tokio::test]
async fn no_password_is_logged_or_echoed() {
    log::keep();
    let stored = Passwords::new().hash(PASSWORD).await.expect("hashes");
    let users = Htpasswd::text(&format!("vera:{stored}\n"), Caller::new).expect("lines");
    let app = app_of(Gate::builder().scheme(Basic::new(users).realm("api")).build().expect("complete"));
    let basic = |text: &str| format!("Basic {}", STANDARD.encode(text));
    let mut answers = String::new();
    let mut statuses = Vec::new();
    for line in [
        basic(&format!("vera:{PASSWORD}")),
        basic(&format!("vera:{WRONG}")),
        basic(&format!("nobody:{PASSWORD}")),
        basic(PASSWORD),
        basic(&format!("vera:{PASSWORD}\0")),
        format!("Basic vera:{PASSWORD}"),
        format!("Basic {PASSWORD}, Basic {PASSWORD}"),
        format!("Bearer {PASSWORD}"),
    ] {
        for target in ["GET /me", "GET /nowhere", "PUT /me"] {
            let answer = ask(&app, target, &[("authorization", &line)]).await;
            answers += &response_text(&answer);
            statuses.push(answer.status.as_u16());
        }
    }
    assert_eq!(statuses[..6], [200, 404, 405, 401, 404, 405]);
    let log = log::kept();
    assert!(log.contains("credentials_rejected") && log.contains("credentials_malformed"), "{log}");
    let secrets = [
        Secret::new("the password", PASSWORD),
        Secret::new("a wrong password", WRONG),
        Secret::new("the stored hash", &stored[20..]),
    ];
    assert_no_secret("the log", &log, &secrets);
    assert_no_secret("an answer", &answers, &secrets);
}

#[tokio::test]
async fn no_digest_response_is_logged_or_echoed() {
    log::keep();
    let app = digest_app();
    let (mut answers, mut secrets) = (String::new(), Vec::new());
    let offered = challenge(&app).await;
    let good = Sent::by_alice(&offered, "GET /me");
    let wrong = Sent::by("alice", WRONG, &offered, "GET /me");
    for (sent, expected) in [(&good, 200), (&wrong, 401), (&good, 401)] {
        let answer = sent.ask(&app, "GET /me").await;
        assert_eq!(answer.status, expected);
        answers += &response_text(&answer);
        let credential = sent.credential();
        let response = authgate_tests::digest::written(&credential, "response")
            .expect("there")
            .trim_matches('"')
            .to_owned();
        secrets.push(Secret::new("a response", response));
    }
    let log = log::kept();
    assert!(log.contains("credentials_"), "{log}");
    secrets.push(Secret::new("a password", WRONG));
    assert_no_secret("the log", &log, &secrets);
    assert_no_secret("an answer", &answers, &secrets);
}

#[tokio::test]
async fn no_api_key_is_logged_or_echoed() {
    log::keep();
    let keys = InMemoryApiKeys::new();
    let made = |keys: &InMemoryApiKeys<Caller>| {
        let key = NewKey::generate("acme").expect("a key");
        keys.insert(key.digest(), KeyRecord::new(Caller::new("ci")).with_id("ci")).expect("a new one");
        key
    };
    let (good, revoked, unknown) = (made(&keys), made(&keys), NewKey::generate("acme").expect("a key"));
    assert!(keys.revoke(revoked.digest()));
    let scheme = ApiKey::header("x-api-key", keys).realm("api");
    let app = app_of(Gate::builder().scheme(scheme).build().expect("complete"));
    let mut answers = String::new();
    for (key, expected) in [(&good, 200), (&revoked, 401), (&unknown, 401)] {
        let text = key.text();
        for (field, value) in [
            ("x-api-key", text.to_owned()),
            ("authorization", format!("ApiKey {text}")),
            ("x-api-key", format!("{text} {text}")),
            ("x-api-key", format!("{text},{text}")),
            ("authorization", format!("Bearer {text}")),
        ] {
            let answer = ask(&app, "GET /me", &[(field, &value)]).await;
            answers += &response_text(&answer);
            if value == text {
                assert_eq!(answer.status, expected);
            }
        }
        answers += &response_text(&ask(&app, &format!("GET /me?api_key={text}"), &[]).await);
    }
    let log = log::kept();
    assert!(log.contains("credentials_revoked"), "{log}");
    let secrets = [&good, &revoked, &unknown].map(|key| Secret::new("a key", key.text()));
    assert_no_secret("the log", &log, &secrets);
    assert_no_secret("an answer", &answers, &secrets);
}

/// Only the response to a sign-in contains the session id, in its cookie.
#[tokio::test]
async fn session_id_is_not_logged_or_echoed_except_in_its_cookie() {
    log::keep();
    let site = Site::new();
    let mut jar = site.signed_in("vera").await;
    let id = jar.get(COOKIE).expect("a cookie").to_owned();
    let mut answers = String::new();
    for line in ["GET /me", "GET /change", "GET /greet", "GET /cart", "GET /nowhere"] {
        answers += &response_text(&jar.ask(&site.app, line).await);
    }
    let mut changed = Jar::default();
    changed.set(COOKIE, &id.chars().rev().collect::<String>());
    answers += &response_text(&changed.ask(&site.app, "GET /me").await);
    // First the account store is unavailable, then the account is deleted.
    site.people.change(|people| *people = None);
    answers += &response_text(&jar.ask(&site.app, "GET /me").await);
    site.people.change(|people| *people = Some(Default::default()));
    let revoked = jar.ask(&site.app, "GET /me").await;
    assert_eq!(revoked.status, 401);
    answers += &response_text(&revoked);
    let log = log::kept();
    assert!(log.contains("credentials_revoked"), "{log}");
    let reversed: String = id.chars().rev().collect();
    let secrets = [
        Secret::new("the session", id),
        Secret::new("another session", reversed),
        Secret::new("what a session hangs on", "first password"),
    ];
    assert_no_secret("the log", &log, &secrets);
    assert_no_secret("an answer", &answers, &secrets);
}
