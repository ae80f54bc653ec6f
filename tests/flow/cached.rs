//! The cache of verified tokens. It saves verifications, and accepts a token only if verification
//! would.

mod counted;
mod rotation;

use std::time::Duration;

use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Gate, Router, routing::get};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now, token, token_with};
use jsonwebtoken::Header;
use serde_json::json;

use counted::{User, take_verification_count};

const SIZE: CacheSize = CacheSize::mebibytes(1);
const CHALLENGE: &str = "Bearer realm=\"api\", error=\"invalid_token\"";

fn bearer() -> Bearer {
    Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience(AUDIENCE).realm("api")
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new().route("/me", get(me)).with_state(gate)
}

fn cached(bearer: Bearer) -> axum::Router {
    app(Gate::builder().scheme(bearer.cached(SIZE)).build().unwrap())
}

#[tokio::test]
async fn cached_token_is_verified_once() {
    let app = cached(bearer());
    let (vera, other) = (token(&json!({})), token(&json!({ "sub": "ada" })));
    for _ in 0..3 {
        ask_with(&app, "GET /me", &vera).await.assert_is(200, "vera");
        ask_with(&app, "GET /me", &other).await.assert_is(200, "ada");
    }
    assert_eq!(take_verification_count(), 2);
}

#[tokio::test]
async fn cache_is_off_by_default() {
    let app = app(Gate::builder().scheme(bearer()).build().unwrap());
    let token = token(&json!({}));
    for _ in 0..3 {
        ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    }
    assert_eq!(take_verification_count(), 3);
}

#[tokio::test]
async fn token_that_differs_in_one_byte_is_not_a_cache_hit() {
    let app = cached(bearer());
    let good = token(&json!({}));
    ask_with(&app, "GET /me", &good).await.assert_is(200, "vera");
    for position in 0..good.len() {
        let mut other = good.clone().into_bytes();
        other[position] = if other[position] == b'A' { b'B' } else { b'A' };
        let answer = ask_with(&app, "GET /me", std::str::from_utf8(&other).unwrap()).await;
        assert_eq!(answer.status, 401, "at {position}");
    }
    for other in
        [format!("{good}A"), format!("A{good}"), good[1..].to_owned(), good[..good.len() - 1].to_owned()]
    {
        assert_eq!(ask_with(&app, "GET /me", &other).await.status, 401, "{other}");
    }
    ask_with(&app, "GET /me", &good).await.assert_is(200, "vera");
    assert_eq!(take_verification_count(), 1);
}

#[tokio::test]
async fn cached_token_expires_at_its_exp() {
    let app = cached(bearer().leeway(Duration::ZERO));
    let token = token(&json!({ "exp": now() + 3 }));
    ask_with(&app, "GET /me", &token).await.assert_is(200, "vera");
    let ends = loop {
        let answer = ask_with(&app, "GET /me", &token).await;
        if answer.status != 200 {
            break answer;
        }
        assert!(now() < 10 + exp_of(&token), "it should have ended long ago");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    ends.assert_denied(401, "credentials_expired", &[CHALLENGE]);
    assert_eq!(take_verification_count(), 2, "it was kept until then, and verified again");
}

fn exp_of(token: &str) -> u64 {
    use base64::Engine as _;
    let payload = token.split('.').nth(1).unwrap();
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(payload).unwrap();
    serde_json::from_slice::<serde_json::Value>(&payload).unwrap()["exp"].as_u64().unwrap()
}

#[tokio::test]
async fn schemes_do_not_share_cache_entries() {
    let here = cached(bearer());
    let there = cached(bearer().audience("https://other.example"));
    let elsewhere = cached(
        Bearer::jwt(Keys::hs256(SECRET).unwrap())
            .issuer(ISSUER)
            .audience("https://other.example")
            .realm("api"),
    );
    let token = token(&json!({}));
    for _ in 0..2 {
        ask_with(&here, "GET /me", &token).await.assert_is(200, "vera");
        ask_with(&there, "GET /me", &token).await.assert_is(200, "vera");
        let answer = ask_with(&elsewhere, "GET /me", &token).await;
        answer.assert_denied(401, "credentials_wrong_audience", &[CHALLENGE]);
    }
    // Each scheme verifies a valid token once, and an invalid token on every request.
    assert_eq!(take_verification_count(), 2 + 2);
}

/// Each token is sent twice, so that the second request would find an entry left by the first.
#[tokio::test]
async fn rejected_token_is_rejected_again_for_the_same_reason() {
    let app = cached(bearer());
    let other_key = token_with(&Header::default(), b"another secret of 32 bytes, or some more", &json!({}));
    for (token, reason) in [
        (other_key, "credentials_rejected"),
        (token(&json!({ "exp": now() - 600 })), "credentials_expired"),
        (token(&json!({ "nbf": now() + 600 })), "credentials_not_yet_valid"),
        (token(&json!({ "aud": "https://other.example" })), "credentials_wrong_audience"),
        (token(&json!({ "iss": "https://other.example" })), "credentials_wrong_issuer"),
        (token(&json!({ "cnf": {} })), "credentials_rejected"),
        (token(&json!({ "sub": "" })), "credentials_malformed"),
        (token(&json!({ "sub": null })), "credentials_malformed"),
        ("no.to.ken".to_owned(), "credentials_malformed"),
    ] {
        for _ in 0..2 {
            ask_with(&app, "GET /me", &token).await.assert_denied(401, reason, &[CHALLENGE]);
        }
    }
}

#[tokio::test]
async fn long_token_is_accepted_but_not_cached() {
    let app = cached(bearer());
    let long = token(&json!({ "padding": "x".repeat(4096) }));
    for _ in 0..2 {
        ask_with(&app, "GET /me", &long).await.assert_is(200, "vera");
    }
    assert_eq!(take_verification_count(), 2);
}

#[test]
fn cache_size_out_of_range_is_a_config_error() {
    let build = |mebibytes| {
        let scheme = bearer().cached(CacheSize::mebibytes(mebibytes));
        Gate::<User>::builder().scheme(scheme).build().map_err(|error| error.to_string())
    };
    assert!(build(1).is_ok() && build(16_384).is_ok());
    let error = build(0).unwrap_err();
    assert!(error.contains("omit `.cached(..)`"), "{error}");
    let error = build(16_385).unwrap_err();
    assert!(error.contains("at most 16384 MiB"), "{error}");
}

#[test]
fn cached_bearer_reports_config_errors_of_bearer() {
    let scheme = bearer().leeway(Duration::from_secs(3600)).cached(SIZE);
    let error = Gate::<User>::builder().scheme(scheme).build().unwrap_err().to_string();
    assert!(error.contains("leeway of 3600 seconds"), "{error}");
}

#[tokio::test]
async fn route_that_requires_bearer_accepts_cached_bearer() {
    #[authgate::requires(scheme = Bearer, principal = User)]
    async fn only(user: authgate::Authorized<_>) -> String {
        user.sub.clone()
    }
    let gate = Gate::<User>::builder().scheme(bearer().cached(SIZE)).build().unwrap();
    let app: axum::Router = Router::new().route("/only", get(only)).with_state(gate);
    ask_with(&app, "GET /only", &token(&json!({}))).await.assert_is(200, "vera");
}

#[tokio::test]
async fn cache_keeps_the_login_context() {
    async fn show_context(user: Authenticated<User>) -> String {
        let context = user.context();
        let methods: Vec<_> = context.amr().collect();
        format!("{} {:?} {:?} {methods:?}", context.scheme(), context.token_id(), context.acr())
    }
    let gate = Gate::<User>::builder().scheme(bearer().cached(SIZE)).build().unwrap();
    let app = Router::new().route("/how", get(show_context)).with_state(gate);
    let token = token(&json!({ "jti": "id-1", "acr": "silver", "amr": ["pwd", "otp"] }));
    for _ in 0..2 {
        ask_with(&app, "GET /how", &token)
            .await
            .assert_is(200, "Bearer Some(\"id-1\") Some(\"silver\") [\"pwd\", \"otp\"]");
    }
    assert_eq!(take_verification_count(), 1);
}

#[tokio::test]
async fn debug_output_contains_no_secret() {
    let scheme = bearer().cached::<User>(SIZE);
    let shown = format!("{scheme:?}");
    assert!(shown.contains("1 MiB") && !shown.contains("secret"), "{shown}");
}
