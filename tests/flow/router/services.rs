//! Services behind a right, and services that authgate does not check.

use std::convert::Infallible;

use authgate::right::All;
use authgate::routing::get;
use authgate::{Authenticated, Authorized, Router};
use authgate_tests::app::{App, User, role, scope, serve};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::token::token_of;
use axum::body::Body;
use axum::extract::Request;
use http::Response;
use tower::{Service, service_fn};

use super::{admin, assert_admins_only, assert_public, assert_viewers_only, panic_of};

/// Responds with the method and the target.
fn echo() -> impl Service<Request, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ Sync {
    service_fn(|request: Request| async move {
        Ok(Response::new(Body::from(format!("{} {}", request.method(), request.uri()))))
    })
}

#[tokio::test]
async fn route_service_requires_its_right_for_all_methods() {
    let routes = Router::new()
        .route_service::<role::Admin>("/right", echo())
        .route_service::<Authenticated<User>>("/signed-in", echo())
        .route_service::<Authorized<role::Admin, User>>("/named", echo())
        .route_service::<All<(role::Viewer, scope::ReadReports)>>("/all", echo());
    let (app, _) = serve(routes);
    assert_admins_only(&app, "GET /right?a=b", "GET /right?a=b").await;
    assert_admins_only(&app, "BREW /right", "BREW /right").await;
    assert_admins_only(&app, "POST /named", "POST /named").await;
    assert_viewers_only(&app, "DELETE /signed-in", "DELETE /signed-in").await;
    assert_viewers_only(&app, "GET /all", "GET /all").await;
    assert_eq!(ask(&app, "GET /right/x", &[]).await.status, 404);
}

#[tokio::test]
async fn a_nested_service_sees_the_target_without_the_prefix() {
    let (app, _) = serve(Router::new().nest_service::<role::Admin>("/files", echo()));
    for (line, seen) in [
        ("GET /files", "GET /"),
        ("GET /files?q=/files/x", "GET /?q=/files/x"),
        ("GET /files/", "GET /"),
        ("GET /files/a", "GET /a"),
        ("PUT /files/a/b/?c=d&e", "PUT /a/b/?c=d&e"),
        ("GET /files/files/%2e%2e/a%2Fb", "GET /files/%2e%2e/a%2Fb"),
        ("GET /files//a", "GET //a"),
    ] {
        assert_admins_only(&app, line, seen).await;
    }
    assert_eq!(ask(&app, "GET /filesx", &[]).await.status, 404);
}

#[tokio::test]
async fn nest_service_accepts_parameters_nesting_and_trailing_slash() {
    let routes = Router::new()
        .nest_service::<role::Admin>("/t/{tenant}/files", echo())
        .nest("/outer", Router::new().nest_service::<role::Viewer>("/inner", echo()))
        .nest_service::<role::Admin>("/slash/", echo());
    let (app, _) = serve(routes);
    assert_admins_only(&app, "GET /t/x/files/a", "GET /a").await;
    assert_admins_only(&app, "GET /t/x/files", "GET /").await;
    assert_viewers_only(&app, "GET /outer/inner/a?b", "GET /a?b").await;
    assert_viewers_only(&app, "GET /outer/inner", "GET /").await;
    assert_admins_only(&app, "GET /slash/a", "GET /a").await;
    assert_admins_only(&app, "GET /slash/", "GET /").await;
}

/// The inner service does not know the gate. The access table lists it as ungated.
#[tokio::test]
async fn ungated_paths_are_public_and_other_paths_are_not() {
    let plain = axum::Router::<App>::new()
        .route("/style.css", axum::routing::get(|| async { "body {}" }))
        .fallback(|| async { "no such asset" });
    let routes = Router::new().ungated("/static", "static assets", plain).route("/admin", get(admin));
    let (app, _) = serve(routes);
    assert_public(&app, "GET /static/style.css", "body {}").await;
    assert_public(&app, "GET /static/other", "no such asset").await;
    assert_admins_only(&app, "GET /admin", "admin GET").await;
    assert_eq!(ask(&app, "GET /other", &[]).await.status, 404);
}

#[test]
fn invalid_prefix_panics_at_the_call_site() {
    for path in ["", "/", "/{*rest}"] {
        let line = line!() + 1;
        let (text, file, at) = panic_of(|| Router::<App>::new().nest_service::<role::Admin>(path, echo()));
        assert!(text.starts_with(&format!("cannot nest a router at {path:?}: ")), "{text}");
        assert_eq!((file.as_str(), at), (file!(), line));
        let line = line!() + 1;
        let (text, file, at) = panic_of(|| Router::<App>::new().ungated(path, "why", axum::Router::new()));
        assert!(text.starts_with(&format!("cannot nest a router at {path:?}: ")), "{text}");
        assert_eq!((file.as_str(), at), (file!(), line));
    }
}

#[test]
fn ungated_with_blank_reason_panics_at_the_call_site() {
    let blank = " \n\u{200b}";
    let line = line!() + 1;
    let (text, file, at) = panic_of(|| Router::<App>::new().ungated("/static", blank, axum::Router::new()));
    assert_eq!(
        text,
        "the reason of `ungated` under \"/static\" is blank: state one, `ungated(\"/static\", \"static assets\", ..)`"
    );
    assert_eq!((file.as_str(), at), (file!(), line));
}

/// A service that depends on `poll_ready`.
#[derive(Clone)]
struct Readied(bool);

impl Service<Request> for Readied {
    type Response = &'static str;
    type Error = Infallible;
    type Future = std::future::Ready<Result<&'static str, Infallible>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Infallible>> {
        self.0 = true;
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Request) -> Self::Future {
        std::future::ready(Ok(if self.0 { "ready" } else { "not ready" }))
    }
}

#[tokio::test]
async fn service_is_polled_ready_before_the_call() {
    let (app, _) = serve(Router::new().route_service::<role::Admin>("/", Readied(false)));
    let answer: Answer = ask_with(&app, "GET /", &token_of(&["admin"])).await;
    answer.assert_is(200, "ready");
}
