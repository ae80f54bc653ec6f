//! Delegated tokens: who acts for the caller (RFC 8693 section 4.1).

use authgate::right::Actor;
use authgate::routing::get;
use authgate::scheme::bearer::CacheSize;
use authgate::{Authenticated, Authorized, Gate, Router};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::ask::ask_with;
use authgate_tests::token::token;
use serde_json::{Value, json};

use super::events::capture::capture;

async fn me(user: Authenticated<User>) -> String {
    match user.context().actor() {
        None => user.sub.clone(),
        Some(actor) => {
            let subject = actor.subject().unwrap_or("an unknown actor");
            let issuer = actor.issuer().map(|issuer| format!(" at {issuer}")).unwrap_or_default();
            format!("{subject}{issuer} for {}", user.sub)
        }
    }
}

async fn purge(admin: Authorized<role::Admin>) -> String {
    admin.context().actor().and_then(Actor::subject).unwrap_or_default().to_owned()
}

/// Returns the application without a cache and with one.
fn apps() -> [axum::Router; 2] {
    let plain = Gate::builder().scheme(bearer()).build().unwrap();
    let cached = Gate::builder().scheme(bearer().cached(CacheSize::mebibytes(1))).build().unwrap();
    [plain, cached]
        .map(|gate| Router::new().route("/me", get(me)).route("/purge", get(purge)).with_state(gate))
}

/// The example of RFC 8693 section 4.1, with a chain of actors.
fn chain() -> Value {
    json!({ "sub": "https://service16.example.com", "act": { "sub": "https://service77.example.com" } })
}

#[tokio::test]
async fn outermost_actor_is_in_the_context() {
    for app in apps() {
        for (act, expected) in [
            (json!({ "sub": "gateway" }), "gateway for vera"),
            (
                json!({ "sub": "gateway", "iss": "https://other.example" }),
                "gateway at https://other.example for vera",
            ),
            (chain(), "https://service16.example.com for vera"),
            (json!(null), "vera"),
        ] {
            for _ in 0..2 {
                let token = token(&if act.is_null() { json!({}) } else { json!({ "act": act }) });
                ask_with(&app, "GET /me", &token).await.assert_is(200, expected);
            }
        }
    }
}

/// A delegated token never looks like a direct one.
#[tokio::test]
async fn unreadable_actor_is_unknown_and_rejects_no_token() {
    let [app, _] = apps();
    let long = "a".repeat(2_000);
    for act in [
        json!({}),
        json!([]),
        json!("gateway"),
        json!(1),
        json!(false),
        json!({ "sub": ["gateway"] }),
        json!({ "sub": "" }),
        json!({ "sub": long }),
        json!({ "sub": "gateway", "iss": 1 }),
        json!({ "act": { "sub": "gateway" } }),
    ] {
        let answer = ask_with(&app, "GET /me", &token(&json!({ "act": act }))).await;
        answer.assert_is(200, "an unknown actor for vera");
    }
}

#[tokio::test]
async fn event_of_a_denial_names_the_actor_beside_the_principal() {
    for (act, expected) in [
        (Value::Null, None),
        (chain(), Some("https://service16.example.com")),
        (
            json!({ "sub": "eve\n2026 INFO all is well\u{202e}" }),
            Some("eve\\n2026 INFO all is well\\u{202e}"),
        ),
        (json!(7), Some("")),
    ] {
        for app in apps() {
            let token = token(&json!({ "act": act }));
            let (answer, events) = capture(ask_with(&app, "GET /purge", &token)).await;
            answer.assert_denied(403, "role_missing", &[]);
            assert!(!answer.body.contains("service16") && !answer.body.contains("eve"));
            let [event] = events.as_slice() else { panic!("{events:?}") };
            assert_eq!((event.field("principal"), event.field("actor")), (Some("vera"), expected));
        }
    }
}

/// The rights are those of the token, with any actor.
#[tokio::test]
async fn actor_changes_no_decision() {
    let [app, _] = apps();
    let token = token(&json!({ "act": chain(), "roles": ["admin"] }));
    ask_with(&app, "GET /purge", &token).await.assert_is(200, "https://service16.example.com");
}
