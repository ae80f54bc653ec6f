//! Identification once per request, however many extractors, middlewares and routers ask.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::right::ViaScheme;
use authgate::routing::get;
use authgate::scheme::{Bearer, Digest, Keys, Relocated, ResolveError, SchemeName};
use authgate::{
    Authenticated, Authorized, Denial, Gate, HasGate, Principal as _, Router, Unauthenticated, public,
};
use authgate_tests::app::{User, bearer, role};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::digest::{Caller, REALM, Sent, challenge, users, written};
use authgate_tests::token::{ISSUER, SECRET, token, token_of};
use axum::extract::{FromRequestParts, Request};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use http::request::Parts;
use http::{HeaderValue, Method};
use serde_json::json;

/// A middleware that authenticates, as an audit trail does.
async fn audit(caller: Authenticated<Caller>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().insert("x-audit", HeaderValue::from_str(caller.context().scheme()).unwrap());
    response
}

/// An extractor of the application that needs the caller.
struct Locale(String);

impl<S: HasGate<Caller> + Sync> FromRequestParts<S> for Locale {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        let caller = Authenticated::<Caller>::from_request_parts(parts, state).await?;
        Ok(Self(caller.context().scheme().to_owned()))
    }
}

async fn me(caller: Authenticated<Caller>, again: Authenticated<Caller>, locale: Locale) -> String {
    assert_eq!(caller.context(), again.context());
    format!("{}{}", caller.into_principal().id(), locale.0)
}

#[public(reason = "the handler authenticates")]
async fn by_hand(caller: Unauthenticated<Caller>) -> Result<String, Denial> {
    Ok(caller.authenticate().await?.id().to_string())
}

fn digest_gate() -> Gate<Caller> {
    Gate::builder().scheme(Digest::new(users()).realm(REALM)).build().unwrap()
}

#[tokio::test]
async fn digest_passes_a_middleware_and_further_extractors() {
    let gate = digest_gate();
    let authgate = Router::new()
        .route("/me", get(me))
        .nest("/a", Router::new().route("/b", get(me)))
        .route("/hand", get(by_hand))
        .layer(from_fn_with_state(gate.clone(), audit))
        .with_state(gate.clone());
    let inner = axum::Router::new().route("/b", axum::routing::get(me));
    let plain = axum::Router::new()
        .route("/me", axum::routing::get(me))
        .nest("/a", inner)
        .route("/hand", axum::routing::get(by_hand))
        .layer(from_fn_with_state(gate.clone(), audit))
        .layer(gate.layer())
        .with_state(gate);
    for app in [authgate, plain] {
        for (line, answer) in
            [("GET /me", "aliceDigest"), ("GET /a/b?c", "aliceDigest"), ("GET /hand", "alice")]
        {
            let sent = Sent::by_alice(&challenge(&app).await, line);
            let response = sent.ask(&app, line).await;
            response.assert_is(200, answer);
            assert_eq!(response.header("x-audit"), Some("Digest"));
            // A nonce count is valid for one request only.
            let repeated = sent.ask(&app, line).await;
            assert_eq!(repeated.status, 401);
            assert_eq!(written(repeated.challenges()[0], "stale"), Some("true"));
            sent.nth(2).ask(&app, line).await.assert_is(200, answer);
        }
    }
}

/// A method that an outer layer replaces is not the one that the credential was checked for.
#[tokio::test]
async fn digest_is_checked_again_for_a_replaced_method() {
    async fn as_delete(_: Authenticated<Caller>, mut request: Request, next: Next) -> Response {
        *request.method_mut() = Method::DELETE;
        next.run(request).await
    }
    async fn remove(_: Authenticated<Caller>) {}
    let gate = digest_gate();
    let app = axum::Router::new().fallback(remove).layer(from_fn_with_state(gate.clone(), as_delete));
    let app = app.layer(gate.layer()).with_state(gate);
    let sent = Sent::by_alice(&challenge(&app).await, "POST /me");
    assert_eq!(sent.ask(&app, "POST /me").await.status, 401);
}

/// A layer that changes the target after the check must not make the credential valid for it.
#[tokio::test]
async fn digest_is_checked_again_for_a_replaced_target() {
    async fn elsewhere(_: Authenticated<Caller>, mut request: Request, next: Next) -> Response {
        *request.uri_mut() = "/other".parse().unwrap();
        next.run(request).await
    }
    async fn me(_: Authenticated<Caller>) {}
    let gate = digest_gate();
    let app = axum::Router::new().fallback(me).layer(from_fn_with_state(gate.clone(), elsewhere));
    // Without `gate.layer()`, which keeps the target that was sent.
    let app = app.with_state(gate);
    let sent = Sent::by_alice(&challenge(&app).await, "GET /me");
    assert_eq!(sent.ask(&app, "GET /me").await.status, 401);
}

/// A caller of one gate is not a caller of another gate with the same principal.
#[tokio::test]
async fn caller_of_another_gate_is_identified_again() {
    async fn pass(_: Authenticated<User>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    async fn me(_: Authenticated<User>) {}
    let (outer, _) = accounts();
    let elsewhere =
        Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).audience("https://other.example");
    let inner = Gate::<User>::builder().scheme(elsewhere).build().unwrap();
    let app = Router::new().route("/", get(me)).with_state(inner).layer(from_fn_with_state(outer, pass));
    let answer = ask_with(&app, "GET /", &token(&json!({}))).await;
    answer.assert_denied(
        401,
        "credentials_wrong_audience",
        &["Bearer realm=\"https://other.example\", error=\"invalid_token\""],
    );
}

/// A credential that a layer moves to another field is another credential.
#[tokio::test]
async fn credential_in_another_field_is_identified_again() {
    async fn moved(_: Authenticated<User>, mut request: Request, next: Next) -> Response {
        let token = request.headers_mut().remove("x-first").unwrap();
        request.headers_mut().insert("x-second", token);
        next.run(request).await
    }
    async fn me(user: Authenticated<User>) -> &'static str {
        user.context().scheme()
    }
    async fn account(user: User) -> Result<User, ResolveError> {
        Ok(user)
    }
    let of = |field, name| Relocated::in_field(bearer().resolve(account), field).named(name);
    let gate =
        Gate::builder().scheme(of("x-first", "First")).scheme(of("x-second", "Second")).build().unwrap();
    let app =
        Router::new().route("/", get(me)).layer(from_fn_with_state(gate.clone(), moved)).with_state(gate);
    ask(&app, "GET /", &[("x-first", &token(&json!({})))]).await.assert_is(200, "Second");
}

/// Counts the queries for accounts.
fn accounts() -> (Gate<User>, Arc<AtomicUsize>) {
    let queries = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&queries);
    let source = move |user: User| {
        counted.fetch_add(1, Ordering::SeqCst);
        async { Ok::<_, ResolveError>(user) }
    };
    (Gate::builder().scheme(bearer().resolve(source)).build().unwrap(), queries)
}

#[tokio::test]
async fn source_of_accounts_is_asked_once_per_request() {
    async fn log(_: Authenticated<User>, request: Request, next: Next) -> Response {
        next.run(request).await
    }
    async fn purge(
        _: Authorized<role::Admin>,
        admin: Authenticated<User>,
        _: Authorized<role::Viewer>,
    ) -> String {
        admin.sub.clone()
    }
    let (gate, queries) = accounts();
    let app = Router::new().route("/", get(purge)).layer(from_fn_with_state(gate.clone(), log));
    let app = app.with_state(gate.clone());
    let unlayered = Router::new().route("/", get(purge)).with_state(gate);
    let asked = async |app: &axum::Router, roles: &[&str]| -> (Answer, usize) {
        let before = queries.load(Ordering::SeqCst);
        let answer = ask_with(app, "GET /", &token_of(roles)).await;
        (answer, queries.load(Ordering::SeqCst) - before)
    };
    for app in [app, unlayered] {
        for (roles, status) in [(["admin"], 200), (["viewer"], 403)] {
            let (answer, queries) = asked(&app, &roles).await;
            assert_eq!((answer.status.as_u16(), queries), (status, 1));
        }
    }
}

/// A caller is remembered for the credential of the request, and not for the request.
#[tokio::test]
async fn replaced_credential_is_identified_again() {
    async fn impersonate(_: Authenticated<User>, mut request: Request, next: Next) -> Response {
        let bearer = format!("Bearer {}", token(&json!({ "sub": "grace" })));
        request.headers_mut().insert("authorization", bearer.try_into().unwrap());
        next.run(request).await
    }
    async fn me(user: Authenticated<User>) -> String {
        user.sub.clone()
    }
    let (gate, queries) = accounts();
    let app = Router::new().route("/", get(me)).layer(from_fn_with_state(gate.clone(), impersonate));
    let app = app.with_state(gate);
    ask_with(&app, "GET /", &token(&json!({ "sub": "ada" }))).await.assert_is(200, "grace");
    assert_eq!(queries.load(Ordering::SeqCst), 2);
}

/// The name of a token in a cookie.
struct TokenCookie;

impl SchemeName for TokenCookie {
    const NAME: &str = "TokenCookie";
}

/// With fewer schemes, another credential of the request decides.
#[tokio::test]
async fn caller_of_a_restricted_route_is_not_the_caller_for_all_schemes() {
    async fn both(first: Authorized<ViaScheme<TokenCookie>, User>, second: Authenticated<User>) -> String {
        format!("{} {}", first.sub, second.sub)
    }
    async fn account(user: User) -> Result<User, ResolveError> {
        Ok(user)
    }
    let cookie = Relocated::in_cookie(bearer().resolve(account), "token").named(TokenCookie::NAME);
    let gate = Gate::builder().scheme(bearer().resolve(account)).scheme(cookie).build().unwrap();
    let app = Router::new().route("/", get(both)).with_state(gate);
    let [ada, vera] = ["ada", "vera"].map(|name| token(&json!({ "sub": name })));
    let (cookie, bearer) = (format!("token={vera}"), format!("Bearer {ada}"));
    ask(&app, "GET /", &[("cookie", &cookie)]).await.assert_is(200, "vera vera");
    let fields = [("cookie", cookie.as_str()), ("authorization", &bearer)];
    ask(&app, "GET /", &fields).await.assert_is(200, "vera ada");
}
