//! Extractors that are not declarations, and all extractors on a plain `axum::Router`.

use authgate::routing::get;
use authgate::{Authenticated, Authorized, Denial, Router, Unauthenticated, public, requires};
use authgate_tests::app::{Role, User, gate, role};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::scheme::Ticket;
use authgate_tests::token::{now, token, token_of};
use serde_json::json;

#[public(reason = "greets anonymous callers too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map_or_else(|| "stranger".to_owned(), |user| user.sub.clone())
}

#[public(reason = "checks the caller itself")]
async fn look(caller: Unauthenticated<User>) -> Result<String, Denial> {
    let admin = caller.authenticate().await?.authorize::<role::Admin>()?;
    Ok(format!("admin {}", admin.sub))
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

async fn purge(admin: Authorized<role::Admin>) -> String {
    admin.sub.clone()
}

#[requires(role = "viewer")]
async fn read() -> &'static str {
    "read"
}

#[tokio::test]
async fn optional_caller_is_none_only_without_credentials() {
    let app = Router::new().route("/", get(greet)).with_state(gate());
    for absent in [&[][..], &[("authorization", "")], &[("authorization", "Basic dmVyYTpzZWNyZXQ=")]] {
        ask(&app, "GET /", absent).await.assert_is(200, "stranger");
    }
    ask_with(&app, "GET /", &token_of(&[])).await.assert_is(200, "vera");

    let invalid = [r#"Bearer realm="api", error="invalid_token""#];
    ask_with(&app, "GET /", "abc").await.assert_denied(401, "credentials_malformed", &invalid);
    let expired = token(&json!({ "exp": now() - 100 }));
    ask_with(&app, "GET /", &expired).await.assert_denied(401, "credentials_expired", &invalid);
    ask(&app, "GET /", &[("authorization", "Bearer a, Bearer b")]).await.assert_denied(
        400,
        "credentials_ambiguous",
        &[r#"Bearer realm="api", error="invalid_request""#],
    );
}

#[tokio::test]
async fn optional_caller_is_503_if_authentication_is_unavailable() {
    let gate = authgate::Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap();
    let app = Router::new().route("/", get(greet)).with_state(gate);
    ask(&app, "GET /", &[]).await.assert_is(200, "stranger");
    ask(&app, "GET /", &[("authorization", "Ticket down")]).await.assert_denied(503, "undecided", &[]);
}

#[tokio::test]
async fn public_handler_can_authenticate_and_authorize_itself() {
    let app = Router::new().route("/", get(look)).with_state(gate());
    ask(&app, "GET /", &[]).await.assert_denied(401, "credentials_missing", &[r#"Bearer realm="api""#]);
    ask_with(&app, "GET /", &token_of(&["viewer"])).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "GET /", &token_of(&["admin"])).await.assert_is(200, "admin vera");
}

#[tokio::test]
async fn every_extractor_works_on_a_plain_axum_router() {
    use axum::routing::get;
    let app = axum::Router::new()
        .route("/greet", get(greet))
        .route("/look", get(look))
        .route("/me", get(me))
        .route("/purge", get(purge))
        .route("/read", get(read))
        .with_state(gate());
    for (line, [anonymous, nobody, admin]) in [
        ("GET /greet", [200, 200, 200]),
        ("GET /look", [401, 403, 200]),
        ("GET /me", [401, 200, 200]),
        ("GET /purge", [401, 403, 200]),
        ("GET /read", [401, 403, 200]),
    ] {
        assert_eq!(ask(&app, line, &[]).await.status, anonymous, "{line}");
        assert_eq!(ask_with(&app, line, &token_of(&[])).await.status, nobody, "{line}");
        assert_eq!(ask_with(&app, line, &token_of(&["admin"])).await.status, admin, "{line}");
        assert_eq!(ask_with(&app, line, "abc").await.status, 401, "{line}");
    }
}
