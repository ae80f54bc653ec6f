//! The statements of a token about its caller in `Context`, and revocations that need them.

use std::time::{Duration, SystemTime};

use authgate::oauth::AccessTokens;
use authgate::scheme::bearer::InMemoryRevocations;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Gate, Router, routing::get};
use authgate_tests::app::User;
use authgate_tests::ask::ask_with;
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now, token};
use serde_json::{Value, json};

use super::discovered;

async fn stated(user: Authenticated<User>) -> String {
    let context = user.context();
    let scopes: Vec<_> = context.scopes().collect();
    format!("{:?} {:?} {scopes:?}", context.client_id(), context.session_id())
}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new().route("/stated", get(stated)).with_state(gate)
}

fn fixed() -> axum::Router {
    let bearer = Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience(AUDIENCE);
    app(Gate::builder().scheme(bearer).build().unwrap())
}

#[tokio::test]
async fn context_has_the_client_the_session_and_all_scopes() {
    let app = fixed();
    for (claims, expected) in [
        (json!({}), "None None []"),
        (
            json!({ "client_id": "web", "sid": "s-1", "scope": "reports:read openid" }),
            r#"Some("web") Some("s-1") ["reports:read", "openid"]"#,
        ),
        (json!({ "azp": "spa" }), r#"Some("spa") None []"#),
        (json!({ "azp": "spa", "client_id": "web" }), r#"Some("web") None []"#),
        (json!({ "client_id": "", "sid": "" }), r#"Some("") Some("") []"#),
        (
            json!({ "scope": ["reports:read", "reports:write"] }),
            r#"None None ["reports:read", "reports:write"]"#,
        ),
        (json!({ "scp": "a  b" }), r#"None None ["a", "b"]"#),
        (json!({ "client_id": 7, "sid": { "a": 1 }, "azp": null }), "None None []"),
        (json!({ "client_id": "\u{e9}\"\n" }), r#"Some("é\"\n") None []"#),
    ] {
        ask_with(&app, "GET /stated", &token(&claims)).await.assert_is(200, expected);
    }
}

#[tokio::test]
async fn claim_that_states_the_audience_may_be_the_client() {
    let bearer =
        Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience_claim("client_id", ["web"]);
    let app = app(Gate::builder().scheme(bearer).build().unwrap());
    assert_eq!(ask_with(&app, "GET /stated", &token(&json!({ "client_id": "web" }))).await.status, 200);
    assert_eq!(ask_with(&app, "GET /stated", &token(&json!({ "client_id": "spa" }))).await.status, 401);
}

#[tokio::test]
async fn scope_that_the_principal_cannot_read_is_still_malformed() {
    let answer = ask_with(&fixed(), "GET /stated", &token(&json!({ "scope": 7 }))).await;
    answer.assert_denied(
        401,
        "credentials_malformed",
        &[r#"Bearer realm="https://api.example", error="invalid_token""#],
    );
}

#[tokio::test(start_paused = true)]
async fn tokens_of_a_subject_or_session_are_revoked_at_their_issuer() {
    let key = SigningKey::new("one");
    let revoked = InMemoryRevocations::new();
    let tokens = AccessTokens::from(discovered(&Provider::new(&[&key])))
        .and(authgate::scheme::Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap()))
        .audience(AUDIENCE)
        .revoked_by(revoked.clone());
    let app = app(Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap());
    let end = SystemTime::now() + Duration::from_secs(600);
    let ask = async |over: Value| {
        let mut claims = json!({ "jti": "1", "sub": "ada", "sid": "s-1", "iat": now() - 60 });
        claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
        let here = ask_with(&app, "GET /stated", &key.token(&claims)).await.status.as_u16();
        let other = ask_with(&app, "GET /stated", &token(&claims)).await.status.as_u16();
        (here, other)
    };
    assert_eq!(ask(json!({})).await, (200, 200));
    revoked.revoke_session(PROVIDER, "s-1", end);
    assert_eq!(ask(json!({})).await, (401, 200));
    assert_eq!(ask(json!({ "sid": "s-2" })).await, (200, 200));
    revoked.revoke_subject(PROVIDER, "ada", end);
    assert_eq!(ask(json!({ "sid": "s-2" })).await, (401, 200));
    assert_eq!(ask(json!({ "sid": "s-2", "iat": now() + 20 })).await, (200, 200), "after a new login");
    assert_eq!(ask(json!({ "sid": "s-2", "iat": null })).await, (401, 200));
    assert_eq!(ask(json!({ "sid": "s-2", "sub": "eve" })).await, (200, 200));
    revoked.revoke_token(PROVIDER, "1", end);
    assert_eq!(ask(json!({ "sid": "s-2", "sub": "eve" })).await, (401, 200));
    assert_eq!(ask(json!({ "sid": "s-2", "sub": "eve", "jti": "2" })).await, (200, 200));
}
