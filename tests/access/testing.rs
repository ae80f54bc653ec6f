//! Principals and gates for an application's own tests.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use authgate::danger::TrustedProxy;
use authgate::right::{All, Factor, Fresh, factor};
use authgate::routing::get;
use authgate::testing::{TestGate, principal};
use authgate::{Authenticated, Authorized, Gate, Router, requires};
use authgate_tests::app::{App, Ran, Role, Scope, User, bearer, gate, role, routes};

use authgate_tests::scheme::{ApiKey, Ticket};
use authgate_tests::token::token;
use axum::body::Body;
use http::{Request, StatusCode};
use serde_json::json;
use tower::ServiceExt as _;

async fn status(app: &axum::Router, request: Request<Body>) -> StatusCode {
    app.clone().oneshot(request).await.unwrap().status()
}

fn get_from(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
}

fn panic_of<T>(f: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(|| drop(f()))).unwrap_err();
    let text = panic.downcast_ref::<String>().cloned();
    text.unwrap_or_else(|| (*panic.downcast_ref::<&str>().unwrap()).to_owned())
}

#[tokio::test]
async fn a_test_principal_signs_in_with_a_real_token() {
    let tests = TestGate::<User>::new();
    let app = routes().with_state(App { gate: tests.gate(), ran: Ran::default() });
    let viewer = tests.sign_in(principal("vera").role(Role::Viewer));
    let admin = tests.sign_in(principal("ada").role(Role::Admin).scope(Scope::ReadReports));
    let by_header = Request::get("/me").header("authorization", admin.authorization()).body(Body::empty());
    assert_eq!(status(&app, by_header.unwrap()).await, StatusCode::OK);
    assert_eq!(status(&app, viewer.calls(get_from("/admin/reports"))).await, StatusCode::FORBIDDEN);
    assert_eq!(status(&app, admin.calls(get_from("/admin/reports"))).await, StatusCode::OK);
    assert_eq!(status(&app, get_from("/me")).await, StatusCode::UNAUTHORIZED);
    // The gate rejects the key of another test gate.
    let others = TestGate::<User>::new();
    let stranger = others.sign_in(principal("eve").role(Role::Admin));
    assert_eq!(status(&app, stranger.calls(get_from("/me"))).await, StatusCode::UNAUTHORIZED);
}

async fn me(user: Authenticated<User>) -> String {
    format!("{} {}", user.sub, user.context().scheme())
}

async fn purge(_: Authorized<role::Admin>) {}
async fn fresh(_: Authorized<Fresh<300>, User>) {}
async fn by_otp(_: Authorized<All<(role::Viewer, Factor<factor::ByOtp>)>>) {}

#[requires(role = "viewer", acr = "gold")]
async fn gold() {}

fn app(gate: Gate<User>) -> axum::Router {
    Router::new()
        .route("/me", get(me))
        .route("/purge", get(purge))
        .route("/lately", get(fresh))
        .route("/strongly", get(by_otp))
        .route("/gold", get(gold))
        .with_state(gate)
}

fn gates() -> [(&'static str, Gate<User>); 6] {
    let proxy = TrustedProxy::new("x-forwarded-user", "the proxy replaces it", ["10.0.0.0/8"], |name| {
        Some(User::new(name, &[], &[]))
    });
    [
        ("Bearer", gate()),
        ("Bearer", TestGate::<User>::new().gate()),
        ("Ticket", Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap()),
        ("ApiKey", Gate::builder().scheme(ApiKey).build().unwrap()),
        ("TrustedProxy", Gate::builder().scheme(proxy.realm("intranet")).build().unwrap()),
        (
            "Bearer",
            Gate::builder().scheme(bearer()).scheme(Ticket::new("Ticket")).scheme(ApiKey).build().unwrap(),
        ),
    ]
}

#[tokio::test]
async fn callers_sign_in_at_every_kind_of_gate() {
    for (scheme, real) in gates() {
        let tests = TestGate::standing_in_for(&real);
        let (app, app_of_real) = (app(tests.gate()), app(real.clone()));
        let ada = tests.sign_in(principal("ada").role(Role::Admin));
        let vera = tests.sign_in(principal("vera"));
        assert_eq!(status(&app, ada.calls(get_from("/purge"))).await, 200, "{scheme}");
        assert_eq!(status(&app, vera.calls(get_from("/purge"))).await, 403, "{scheme}");
        assert_eq!(status(&app, get_from("/purge")).await, 401, "{scheme}");
        let response = app.clone().oneshot(vera.calls(get_from("/me"))).await.unwrap();
        let body = axum::body::to_bytes(response.into_body(), 100).await.unwrap();
        assert_eq!(body, format!("vera {scheme}").as_bytes());
        // The caller is unknown to the real gate and to other test gates.
        assert_eq!(status(&app_of_real, ada.calls(get_from("/me"))).await, 401, "{scheme}");
        let others = self::app(TestGate::standing_in_for(&real).gate());
        assert_eq!(status(&others, ada.calls(get_from("/me"))).await, 401, "{scheme}");
        // A test gate can also replace another test gate.
        let again = TestGate::standing_in_for(&tests.gate());
        let again_app = self::app(again.gate());
        let grace = again.sign_in(principal("grace"));
        assert_eq!(status(&again_app, grace.calls(get_from("/me"))).await, 200, "{scheme}");
    }
}

#[tokio::test]
async fn test_gate_rejects_real_tokens() {
    let app = app(TestGate::standing_in_for(&gate()).gate());
    let real = token(&json!({ "sub": "0", "roles": ["admin"] }));
    let request = Request::get("/me").header("authorization", format!("Bearer {real}")).body(Body::empty());
    assert_eq!(status(&app, request.unwrap()).await, 401);
}

#[tokio::test]
async fn test_principal_has_the_configured_login_age_and_strength() {
    let tests = TestGate::<User>::new();
    let app = app(tests.gate());
    let viewer = || principal("vera").role(Role::Viewer);
    let old = Duration::from_secs(3600);
    for (caller, path, expected) in [
        (viewer(), "/lately", 200),
        (viewer().signed_in_ago(old), "/lately", 401),
        (viewer().signed_in_at_some_time(), "/lately", 401),
        (viewer().factor("otp"), "/strongly", 200),
        (viewer().factor("pwd"), "/strongly", 401),
        (viewer().acr("gold"), "/gold", 200),
        (viewer().acr("silver"), "/gold", 401),
        (viewer(), "/gold", 401),
    ] {
        let caller = tests.sign_in(caller);
        assert_eq!(status(&app, caller.calls(get_from(path))).await, expected, "{path}");
    }
}

#[test]
fn sign_in_panics_with_the_cause() {
    let real = Gate::builder().scheme(bearer()).scheme(ApiKey).build().unwrap();
    let tests = TestGate::<User>::standing_in_for(&real);
    let told = panic_of(|| tests.sign_in(principal("ada").by_scheme("Basic")));
    assert_eq!(told, r#"the gate has no scheme "Basic", only ["Bearer", "ApiKey"]"#);
    let told = panic_of(|| tests.sign_in(principal("ada").by_scheme("apikey")).authorization());
    assert!(told.contains("`.calls(request)`"), "{told}");
    assert!(tests.sign_in(principal("ada").by_scheme("bearer")).authorization().is_sensitive());
}
