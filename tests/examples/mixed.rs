//! `examples/mixed.rs`: all schemes on one router.

#[allow(
    clippy::doc_markdown,
    clippy::exhaustive_enums,
    clippy::missing_errors_doc,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "examples are written like applications"
)]
#[path = "../../examples/mixed.rs"]
pub(crate) mod example;

use authgate_tests::ask::{ask, ask_with};
use authgate_tests::jar::Jar;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::Header;
use serde_json::json;

const KEY: &str = "the-key-of-the-reader-2f6b1c9d";
const CHIEFS: &str = "the-key-of-the-chief-8a0e7d35";

pub(crate) async fn app() -> axum::Router {
    example::app(&format!("reader={KEY},chief={CHIEFS}"), example::SECRET).await.expect("it starts")
}

fn token(roles: &[&str]) -> String {
    let claims = json!({ "iss": example::ISSUER, "aud": example::AUDIENCE, "sub": "tess", "roles": roles });
    authgate_tests::token::token_with(&Header::default(), example::SECRET.as_bytes(), &claims)
}

fn basic(credentials: &str) -> String {
    format!("Basic {}", STANDARD.encode(credentials))
}

const CHALLENGES: [&str; 2] = ["Bearer realm=\"api\"", "Basic realm=\"api\", charset=\"UTF-8\""];

#[tokio::test]
async fn every_scheme_reaches_the_same_handlers() {
    let (app, mut jar) = (app().await, Jar::default());
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &CHALLENGES);
    let me = |sub: &str, role: &str, by: &str| format!(r#"{{"by":"{by}","roles":["{role}"],"sub":"{sub}"}}"#);

    ask_with(&app, "GET /me", &token(&["viewer"])).await.assert_is(200, &me("tess", "viewer", "Bearer"));
    let chief = basic("chief:пароль:42");
    ask(&app, "GET /me", &[("authorization", &chief)]).await.assert_is(200, &me("chief", "admin", "Basic"));
    ask(&app, "GET /me", &[("x-api-key", KEY)]).await.assert_is(200, &me("reader", "viewer", "ApiKey"));
    assert_eq!(jar.post(&app, "/login", "username=reader&password=wonderland").await.status, 303);
    jar.ask(&app, "GET /me").await.assert_is(200, &me("reader", "viewer", "Cookie"));

    ask_with(&app, "GET /admin", &token(&["viewer"])).await.assert_denied(403, "role_missing", &[]);
    ask_with(&app, "GET /admin", &token(&["admin"])).await.assert_is(200, r#"{"welcome":"tess"}"#);
    ask(&app, "GET /admin", &[("x-api-key", KEY)]).await.assert_denied(403, "role_missing", &[]);
    ask(&app, "GET /admin", &[("x-api-key", CHIEFS)]).await.assert_is(200, r#"{"welcome":"chief"}"#);
    jar.ask(&app, "GET /admin").await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn two_credentials_are_400_and_authorization_precedes_the_cookie() {
    let (app, mut jar) = (app().await, Jar::default());
    jar.post(&app, "/login", "username=reader&password=wonderland").await;
    let chief = basic("chief:пароль:42");
    let two = [("authorization", chief.as_str()), ("x-api-key", KEY)];
    assert_eq!(ask(&app, "GET /me", &two).await.status, 400);
    let cookie = jar.line();
    let both = [("cookie", cookie.as_str()), ("authorization", chief.as_str())];
    assert!(ask(&app, "GET /me", &both).await.body.contains("chief"));
    let wrong = basic("chief:wrong");
    let both = [("cookie", cookie.as_str()), ("authorization", wrong.as_str())];
    ask(&app, "GET /me", &both).await.assert_denied(401, "credentials_rejected", &CHALLENGES);
}

#[tokio::test]
async fn webhook_accepts_only_api_keys() {
    let app = app().await;
    let key = ["ApiKey realm=\"api\""];
    ask(&app, "POST /webhook", &[]).await.assert_denied(401, "credentials_missing", &key);
    ask_with(&app, "POST /webhook", &token(&["admin"])).await.assert_denied(401, "credentials_missing", &key);
    assert_eq!(ask(&app, "POST /webhook", &[("x-api-key", KEY)]).await.status, 200);
}
