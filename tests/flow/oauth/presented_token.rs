//! The verified access token of a request, for calls to other services.

use authgate::routing::get;
use authgate::scheme::{Basic, Bearer, Keys, Login, Relocated};
use authgate::{Authenticated, Gate, PresentedToken, Router, public};
use authgate_tests::app::User;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use serde_json::json;

async fn forward(user: Authenticated<User>, token: PresentedToken<User>) -> String {
    let field = token.to_bearer();
    assert!(field.is_sensitive() && !format!("{token:?} {field:?}").contains(token.as_str()));
    format!("{} {} {}", user.sub, token.is_bound(), field.to_str().unwrap())
}

#[public(reason = "the extractor checks the token by itself")]
async fn unchecked(token: PresentedToken<User>) -> String {
    token.as_str().to_owned()
}

fn app() -> axum::Router {
    let bearer = Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience(AUDIENCE);
    let basic =
        Basic::new(|name: String, _: String| async move { Login::Verified(User::new(&name, &[], &[])) });
    let basic = basic.realm("api");
    let gate = Gate::builder().scheme(bearer).scheme(basic).build().unwrap();
    Router::new().route("/forward", get(forward)).route("/unchecked", get(unchecked)).with_state(gate)
}

#[tokio::test]
async fn verified_token_is_handed_out() {
    let token = token(&json!({}));
    ask_with(&app(), "GET /forward", &token).await.assert_is(200, &format!("vera false Bearer {token}"));
    ask_with(&app(), "GET /unchecked", &token).await.assert_is(200, &token);
}

#[tokio::test]
async fn token_that_is_not_verified_is_never_handed_out() {
    let expired = token(&json!({ "exp": 1 }));
    for line in ["GET /forward", "GET /unchecked"] {
        assert_eq!(ask_with(&app(), line, &expired).await.status, 401, "{line}");
        assert_eq!(ask_with(&app(), line, "nonsense").await.status, 401, "{line}");
        assert_eq!(ask(&app(), line, &[]).await.status, 401, "{line}");
    }
}

#[tokio::test]
async fn caller_without_a_token_is_forbidden() {
    let answer = ask(&app(), "GET /forward", &[("authorization", "Basic dmVyYTpwdw==")]).await;
    answer.assert_denied(403, "scheme_not_accepted", &[]);
}

/// The gate reads a cookie, so nothing has verified the token in `Authorization`.
#[tokio::test]
async fn token_in_a_field_that_the_gate_does_not_read_is_never_handed_out() {
    let bearer = Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience(AUDIENCE);
    let gate = Gate::builder().scheme(Relocated::in_cookie(bearer, "token")).build().unwrap();
    let app = Router::new().route("/forward", get(forward)).with_state(gate);
    let cookie = format!("token={}", token(&json!({})));
    let fields =
        [("cookie", &*cookie), ("authorization", "Bearer not-verified"), ("sec-fetch-site", "same-origin")];
    let answer = ask(&app, "GET /forward", &fields).await;
    assert!(!answer.body.contains("not-verified"), "{} {}", answer.status, answer.body);
}
