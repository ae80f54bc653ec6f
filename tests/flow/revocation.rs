//! Revoked tokens, with and without a cache.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use authgate::scheme::Bearer;
use authgate::scheme::bearer::{CacheSize, InMemoryRevocations, RevocationStatus, Revocations};
use authgate::{Authenticated, Context, Gate, Router, routing::get};
use authgate_tests::app;
use authgate_tests::ask::ask_with;
use authgate_tests::token::{ISSUER, now, token, token_with};
use jsonwebtoken::Header;
use serde::Deserialize;
use serde_json::json;

const CHALLENGE: &str = "Bearer realm=\"api\", error=\"invalid_token\"";

#[derive(Clone, authgate::Principal, Deserialize)]
struct User {
    #[principal(id)]
    sub: String,
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

/// Returns an application without a cache and one with a cache.
fn apps(revocations: impl Revocations + Clone) -> [axum::Router; 2] {
    let bearer: Bearer = app::bearer().revoked_by(revocations.clone());
    let plain = Gate::builder().scheme(bearer).build();
    let bearer: Bearer = app::bearer().revoked_by(revocations);
    let cached = Gate::builder().scheme(bearer.cached(CacheSize::mebibytes(1))).build();
    [plain, cached].map(|gate| Router::new().route("/me", get(me)).with_state(gate.unwrap()))
}

fn in_an_hour() -> SystemTime {
    SystemTime::now() + Duration::from_secs(3600)
}

#[tokio::test]
async fn revoked_token_is_401_credentials_revoked() {
    let revoked = InMemoryRevocations::new();
    let (token, other) = (token(&json!({ "jti": "id-1" })), token(&json!({ "jti": "id-2" })));
    let apps = apps(revoked.clone());
    for app in &apps {
        for _ in 0..2 {
            ask_with(app, "GET /me", &token).await.assert_is(200, "vera");
        }
    }
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    for app in &apps {
        for _ in 0..2 {
            ask_with(app, "GET /me", &token).await.assert_denied(401, "credentials_revoked", &[CHALLENGE]);
            ask_with(app, "GET /me", &other).await.assert_is(200, "vera");
        }
    }
}

#[tokio::test]
async fn token_without_jti_is_401_credentials_malformed() {
    for app in apps(InMemoryRevocations::new()) {
        for _ in 0..2 {
            let answer = ask_with(&app, "GET /me", &token(&json!({}))).await;
            answer.assert_denied(401, "credentials_malformed", &[CHALLENGE]);
        }
    }
}

/// A rejection is not cached.
#[tokio::test]
async fn closure_is_called_for_every_request() {
    let revoked = Arc::new(AtomicBool::new(true));
    let says = Arc::clone(&revoked);
    let token = token(&json!({}));
    for app in apps(move |_: &Context| says.load(Ordering::SeqCst)) {
        for now in [true, false, true, false] {
            revoked.store(now, Ordering::SeqCst);
            let expected = if now { 401 } else { 200 };
            assert_eq!(ask_with(&app, "GET /me", &token).await.status, expected);
        }
    }
}

#[tokio::test]
async fn revocation_is_checked_only_for_valid_tokens() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counts = Arc::clone(&asked);
    let apps = apps(move |_: &Context| {
        counts.fetch_add(1, Ordering::SeqCst);
        false
    });
    for app in &apps {
        for (token, reason) in [
            (
                token_with(&Header::default(), b"another secret of 32 bytes, or some more", &json!({})),
                "rejected",
            ),
            (token(&json!({ "exp": now() - 600 })), "expired"),
            (token(&json!({ "aud": "https://other.example" })), "wrong_audience"),
            (token(&json!({ "sub": "" })), "malformed"),
        ] {
            let answer = ask_with(app, "GET /me", &token).await;
            answer.assert_denied(401, &format!("credentials_{reason}"), &[CHALLENGE]);
        }
        assert_eq!(asked.swap(0, Ordering::SeqCst), 0);
        let good = token(&json!({}));
        for _ in 0..3 {
            ask_with(app, "GET /me", &good).await.assert_is(200, "vera");
        }
        assert_eq!(asked.swap(0, Ordering::SeqCst), 3, "and of that on every request");
    }
}

/// The response or behavior of a database.
#[derive(Clone, Copy)]
enum Database {
    Says(RevocationStatus),
    Panics,
    IsSilent,
}

impl Revocations for Database {
    async fn status(&self, context: &Context) -> RevocationStatus {
        tokio::task::yield_now().await;
        assert_eq!(context.token_id(), Some("id-1"));
        match self {
            Self::Says(standing) => *standing,
            Self::Panics => panic!("of the application's"),
            Self::IsSilent => pending().await,
        }
    }
}

/// Time is paused and only advances while a future waits.
#[tokio::test(start_paused = true)]
async fn async_revocation_status_determines_the_response() {
    let token = token(&json!({ "jti": "id-1" }));
    for (database, expected) in [
        (Database::Says(RevocationStatus::Good), None),
        (Database::Says(RevocationStatus::Revoked), Some((401, "credentials_revoked"))),
        (Database::Says(RevocationStatus::WithoutId), Some((401, "credentials_malformed"))),
        (Database::Says(RevocationStatus::Unavailable), Some((503, "undecided"))),
        (Database::Panics, Some((500, "failed"))),
        (Database::IsSilent, Some((503, "undecided"))),
    ] {
        for app in apps(database) {
            for _ in 0..2 {
                let answer = ask_with(&app, "GET /me", &token).await;
                match expected {
                    None => answer.assert_is(200, "vera"),
                    Some((401, reason)) => answer.assert_denied(401, reason, &[CHALLENGE]),
                    Some((status, reason)) => answer.assert_denied(status, reason, &[]),
                }
            }
        }
    }
}

#[tokio::test]
async fn panic_in_a_sync_revocation_check_is_500() {
    for app in apps(|_: &Context| panic!("of the application's")) {
        for _ in 0..2 {
            ask_with(&app, "GET /me", &token(&json!({}))).await.assert_denied(500, "failed", &[]);
        }
    }
}

/// A shared list is accepted as well.
#[tokio::test]
async fn in_memory_revocations_can_be_shared_in_an_arc() {
    let revoked = Arc::new(InMemoryRevocations::new());
    let [app, _] = apps(Arc::clone(&revoked));
    revoked.revoke_token(ISSUER, "id-1", in_an_hour());
    let token = token(&json!({ "jti": "id-1" }));
    ask_with(&app, "GET /me", &token).await.assert_denied(401, "credentials_revoked", &[CHALLENGE]);
}
