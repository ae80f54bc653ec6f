//! Tokens in a cookie, in the header field of a proxy, and in `Sec-WebSocket-Protocol`.

use authgate::credentials::{Credentials, RequestCredentials};
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::{get, post};
use authgate::scheme::{
    Ambient, Described, Identity, Outcome, Properties, Relocated, ResolveError, Scheme, SchemeName,
};
use authgate::{Authenticated, Context, Gate, Router, public};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{Answer, ask};
use authgate_tests::token::{now, token};
use serde_json::json;

async fn me(user: Authenticated<User>) -> String {
    format!("{} by {}", user.sub, user.context().scheme())
}

#[public(reason = "a test")]
async fn open() {}

fn routes() -> Router<Gate<User>> {
    Router::new().route("/me", get(me).post(me)).route("/open", post(open))
}

fn app(scheme: impl Scheme<User>) -> axum::Router {
    routes().with_state(Gate::builder().scheme(scheme).build().unwrap())
}

fn in_cookie() -> axum::Router {
    app(Relocated::in_cookie(bearer(), "token"))
}

async fn with_cookie(app: &axum::Router, line: &str, cookie: &str) -> Answer {
    ask(app, line, &[("cookie", cookie)]).await
}

#[tokio::test]
async fn token_in_a_cookie_has_the_challenge_and_errors_of_bearer() {
    let (app, vera) = (in_cookie(), token(&json!({})));
    let answer = with_cookie(&app, "GET /me", &format!("theme=dark; token={vera}")).await;
    answer.assert_is(200, "vera by Bearer");
    assert_eq!(answer.header("vary"), Some("cookie"));
    let expired = format!("token={}", token(&json!({ "exp": now() - 300 })));
    let invalid = "Bearer realm=\"api\", error=\"invalid_token\"";
    with_cookie(&app, "GET /me", &expired).await.assert_denied(401, "credentials_expired", &[invalid]);
    let plain = "Bearer realm=\"api\"";
    with_cookie(&app, "GET /me", "theme=dark").await.assert_denied(401, "credentials_missing", &[plain]);
    for malformed in ["token", "token=", "token=a b", "token=a\"b"] {
        let answer = with_cookie(&app, "GET /me", malformed).await;
        answer.assert_denied(401, "credentials_malformed", &[invalid]);
    }
    let several = format!("token={vera}; token={vera}");
    assert_eq!(with_cookie(&app, "GET /me", &several).await.reason(), "credentials_ambiguous");
    let field = format!("Bearer {vera}");
    let answer = ask(&app, "GET /me", &[("authorization", &field)]).await;
    answer.assert_denied(401, "credentials_missing", &[plain]);
}

#[tokio::test]
async fn cookie_of_another_sites_request_is_403_cross_site() {
    let cookie = format!("token={}", token(&json!({})));
    let fields = [("cookie", cookie.as_str()), ("sec-fetch-site", "cross-site")];
    ask(&in_cookie(), "POST /me", &fields).await.assert_denied(403, "cross_site", &[]);
    let fields = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    ask(&in_cookie(), "POST /me", &fields).await.assert_is(200, "vera by Bearer");
}

#[tokio::test]
async fn field_of_a_proxy_carries_the_token() {
    let app = app(Relocated::in_field(bearer(), "Cf-Access-Jwt-Assertion"));
    let vera = token(&json!({}));
    ask(&app, "GET /me", &[("cf-access-jwt-assertion", &vera)]).await.assert_is(200, "vera by Bearer");
    let twice = [("cf-access-jwt-assertion", vera.as_str()), ("cf-access-jwt-assertion", vera.as_str())];
    assert_eq!(ask(&app, "GET /me", &twice).await.reason(), "credentials_ambiguous");
    let forged = [("cf-access-jwt-assertion", "vera")];
    assert_eq!(ask(&app, "GET /me", &forged).await.reason(), "credentials_malformed");
}

fn from_protocols(request: &RequestCredentials<'_>) -> Option<Credentials> {
    let protocols = request.headers().get("sec-websocket-protocol")?.to_str().ok()?;
    Credentials::bearer(protocols.strip_prefix("bearer, ")?).ok()
}

#[tokio::test]
async fn function_finds_the_token_in_websocket_protocols() {
    let location = Described::Field("sec-websocket-protocol".into());
    let app = app(Relocated::found_by(bearer(), location, from_protocols));
    let protocols = format!("bearer, {}", token(&json!({})));
    ask(&app, "GET /me", &[("sec-websocket-protocol", &protocols)]).await.assert_is(200, "vera by Bearer");
    let other = [("sec-websocket-protocol", "graphql-ws")];
    assert_eq!(ask(&app, "GET /me", &other).await.reason(), "credentials_missing");
}

#[tokio::test]
async fn token_is_accepted_in_both_places_under_two_names() {
    let cookie = Relocated::in_cookie(bearer(), "token").named("BearerCookie");
    let gate = Gate::<User>::builder().scheme(bearer()).scheme(cookie).build().unwrap();
    let document = routes().access().openapi().gate(&gate).build().unwrap();
    let schemes = document["components"]["securitySchemes"].as_object().unwrap();
    let described = json!({ "type": "apiKey", "in": "cookie", "name": "token" });
    assert!(
        schemes.iter().any(|(name, scheme)| name.contains("BearerCookie") && *scheme == described),
        "{schemes:?}"
    );
    let app = routes().with_state(gate);
    let vera = token(&json!({}));
    let (field, cookie) = (format!("Bearer {vera}"), format!("token={vera}"));
    ask(&app, "GET /me", &[("authorization", &field)]).await.assert_is(200, "vera by Bearer");
    ask(&app, "GET /me", &[("cookie", &cookie)]).await.assert_is(200, "vera by BearerCookie");
    let both = [("authorization", field.as_str()), ("cookie", cookie.as_str())];
    ask(&app, "GET /me", &both).await.assert_is(200, "vera by Bearer");
    let challenges = ["Bearer realm=\"api\"", "BearerCookie realm=\"api\""];
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &challenges);
    let twins = Gate::<User>::builder().scheme(bearer()).scheme(Relocated::in_cookie(bearer(), "token"));
    assert!(twins.build().unwrap_err().to_string().contains("two schemes"));
}

#[tokio::test]
async fn account_of_a_relocated_token_comes_from_the_source() {
    #[derive(serde::Deserialize)]
    struct Claims {
        sub: String,
    }
    let resolved = bearer().resolve(|claims: Claims| async move {
        if claims.sub == "vera" { Ok(User::new("Vera", &[], &[])) } else { Err(ResolveError::UnknownAccount) }
    });
    let app = app(Relocated::in_cookie(resolved, "token"));
    with_cookie(&app, "GET /me", &format!("token={}", token(&json!({}))))
        .await
        .assert_is(200, "Vera by Bearer");
    let other = format!("token={}", token(&json!({ "sub": "bob" })));
    with_cookie(&app, "GET /me", &other).await.assert_denied(403, "account_unknown", &[]);
}

#[tokio::test]
async fn denied_account_outranks_a_rejected_cookie() {
    #[derive(serde::Deserialize)]
    struct Claims {}
    let denied = bearer().resolve(|_: Claims| async { Err::<User, _>(ResolveError::UnknownAccount) });
    let gate = Gate::<User>::builder()
        .scheme(Relocated::in_cookie(bearer(), "a"))
        .scheme(Relocated::in_cookie(denied, "b").named("Denied"))
        .build()
        .unwrap();
    let app = routes().with_state(gate);
    let cookies = format!("a=invalid; b={}", token(&json!({})));
    with_cookie(&app, "GET /me", &cookies).await.assert_denied(403, "account_unknown", &[]);
    let vera = token(&json!({}));
    let good = format!("a={vera}; b={vera}");
    with_cookie(&app, "GET /me", &good).await.assert_is(200, "vera by Bearer");
}

/// Reads `Authorization: Bound <method> <path>`, and states that browsers never send it alone.
struct Bound;

impl SchemeName for Bound {
    const NAME: &'static str = "Bound";
}

impl Scheme<User> for Bound {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm("api")
    }

    fn properties(&self) -> Properties {
        Properties::new().ambient(Ambient::No)
    }

    fn authenticate(&self, request: &RequestCredentials<'_>) -> authgate::scheme::Answer<User> {
        let bound = format!("{}{}", request.method(), request.uri().path());
        let accepted = request.authorization().credential_of(Self::NAME) == Some(bound.as_bytes());
        let user = || Identity::new(User::new("vera", &[], &[]), Context::of(Self::NAME));
        if accepted { Outcome::Authenticated(user()) } else { Outcome::Rejected(CredentialError::Rejected) }
            .into()
    }
}

#[tokio::test]
async fn wrapped_scheme_sees_the_method_and_target_of_the_request() {
    let app = app(Relocated::in_cookie(Bound, "bound").named("BoundCookie"));
    with_cookie(&app, "GET /me", "bound=GET/me").await.assert_is(200, "vera by BoundCookie");
    for moved in ["bound=GET/", "bound=POST/me", "bound=GET/open"] {
        let challenge = "BoundCookie realm=\"api\"";
        with_cookie(&app, "GET /me", moved).await.assert_denied(401, "credentials_rejected", &[challenge]);
    }
    let fields = [("cookie", "bound=POST/me"), ("sec-fetch-site", "cross-site")];
    ask(&app, "POST /me", &fields).await.assert_denied(403, "cross_site", &[]);
}

#[test]
fn unusable_place_is_a_config_error() {
    let error =
        |scheme: Relocated<_>| Gate::<User>::builder().scheme(scheme).build().unwrap_err().to_string();
    assert!(error(Relocated::in_cookie(bearer(), "")).contains("cookie name"));
    assert!(error(Relocated::in_cookie(bearer(), "a b")).contains("cookie name"));
    assert!(error(Relocated::in_field(bearer(), "authorization")).contains("authorization"));
    assert!(error(Relocated::in_field(bearer(), "a b")).contains("field name"));
    let location = Described::Field("a b".into());
    assert!(error(Relocated::found_by(bearer(), location, from_protocols)).contains("field name"));
}
