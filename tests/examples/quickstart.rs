//! `examples/quickstart.rs`. `.ci/quickstart` runs each line that it prints.

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
#[path = "../../examples/quickstart.rs"]
pub(crate) mod example;

use authgate::scheme::Keys;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{SECRET, token};
use serde_json::json;

pub(crate) async fn app() -> axum::Router {
    example::app(Keys::hs256(SECRET).unwrap()).unwrap()
}

#[tokio::test]
async fn health_is_public_and_me_requires_a_token() {
    let app = app().await;
    ask(&app, "GET /health", &[]).await.assert_is(200, "ok");
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
}

/// Issuers send a single role as a plain string, and its name can contain spaces.
#[tokio::test]
async fn reads_one_string_as_one_role() {
    let app = app().await;
    let admin_with = async |roles: &str| {
        let token = token(&json!({ "roles": roles, "scope": "reports:write" }));
        ask_with(&app, "GET /admin/reports", &token).await
    };
    admin_with("admin").await.assert_is(200, "{}");
    for roles in [
        "Not an admin",
        "Report admin",
        "admin (read only)",
        "admin viewer",
        "viewer admin",
        " admin",
        "admin ",
        "admin  ",
        " ",
        "",
        "admin,viewer",
        "admin\tviewer",
        "admin\n",
        "admin\u{a0}",
        "[\"admin\"]",
    ] {
        admin_with(roles).await.assert_denied(403, "role_missing", &[]);
    }
    for roles in [json!(["Report admin"]), json!([" admin"]), json!(["viewer admin"]), json!(["admin "])] {
        let token = token(&json!({ "roles": roles }));
        ask_with(&app, "GET /admin/reports", &token).await.assert_denied(403, "role_missing", &[]);
    }
}

/// RFC 6749 section 3.3: only U+0020 separates scopes.
#[tokio::test]
async fn splits_scopes_at_spaces_only() {
    let app = app().await;
    let publish_with = async |scope: serde_json::Value| {
        let bearer = format!("Bearer {}", token(&json!({ "roles": "editor", "scope": scope })));
        let fields = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let mut request = authgate_tests::ask::request("PUT /reports/7", &fields);
        *request.body_mut() = r#"{"title":"x"}"#.into();
        authgate_tests::ask::send(&app, request).await
    };
    for scope in [
        json!("reports:write"),
        json!("openid reports:write"),
        json!("reports:write openid"),
        json!("openid  reports:write "),
        json!(["openid", "reports:write"]),
    ] {
        publish_with(scope).await.assert_is(200, r#"{"title":"x"}"#);
    }
    for scope in [
        json!("openid\treports:write"),
        json!("openid\nreports:write"),
        json!("openid\u{a0}reports:write"),
        json!("openid\u{2003}reports:write"),
        json!("openid\u{3000}reports:write"),
        json!("openid,reports:write"),
        json!("reports:write\t"),
        json!(["openid reports:write"]),
        json!(["reports:write "]),
    ] {
        assert_eq!(publish_with(scope.clone()).await.reason(), "scope_missing", "{scope}");
    }
}
