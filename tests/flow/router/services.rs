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

use super::{admin, for_admins, for_everybody, for_viewers, panic_of};

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
async fn a_service_is_behind_a_right_for_all_methods() {
    let routes = Router::new()
        .route_service::<role::Admin>("/right", echo())
        .route_service::<Authenticated<User>>("/signed-in", echo())
        .route_service::<Authorized<role::Admin, User>>("/named", echo())
        .route_service::<All<(role::Viewer, scope::ReadReports)>>("/all", echo());
    let (app, _) = serve(routes);
    for_admins(&app, "GET /right?a=b", "GET /right?a=b").await;
    for_admins(&app, "BREW /right", "BREW /right").await;
    for_admins(&app, "POST /named", "POST /named").await;
    for_viewers(&app, "DELETE /signed-in", "DELETE /signed-in").await;
    for_viewers(&app, "GET /all", "GET /all").await;
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
        for_admins(&app, line, seen).await;
    }
    assert_eq!(ask(&app, "GET /filesx", &[]).await.status, 404);
}

#[tokio::test]
async fn a_service_is_nested_at_a_prefix_of_any_form() {
    let routes = Router::new()
        .nest_service::<role::Admin>("/t/{tenant}/files", echo())
        .nest("/outer", Router::new().nest_service::<role::Viewer>("/inner", echo()))
        .nest_service::<role::Admin>("/slash/", echo());
    let (app, _) = serve(routes);
    for_admins(&app, "GET /t/x/files/a", "GET /a").await;
    for_admins(&app, "GET /t/x/files", "GET /").await;
    for_viewers(&app, "GET /outer/inner/a?b", "GET /a?b").await;
    for_viewers(&app, "GET /outer/inner", "GET /").await;
    for_admins(&app, "GET /slash/a", "GET /a").await;
    for_admins(&app, "GET /slash/", "GET /").await;
}

/// The inner service does not know the gate. The access table lists it as ungated.
#[tokio::test]
async fn what_is_ungated_is_for_everybody_and_nothing_else_becomes_so() {
    let plain = axum::Router::<App>::new()
        .route("/style.css", axum::routing::get(|| async { "body {}" }))
        .fallback(|| async { "no such asset" });
    let routes = Router::new().ungated("/static", "static assets", plain).route("/admin", get(admin));
    let (app, _) = serve(routes);
    for_everybody(&app, "GET /static/style.css", "body {}").await;
    for_everybody(&app, "GET /static/other", "no such asset").await;
    for_admins(&app, "GET /admin", "admin GET").await;
    assert_eq!(ask(&app, "GET /other", &[]).await.status, 404);
}

#[test]
fn what_cannot_be_nested_is_a_panic_where_it_is_written() {
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
fn what_is_ungated_has_a_reason() {
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
async fn a_service_is_ready_before_it_is_called() {
    let (app, _) = serve(Router::new().route_service::<role::Admin>("/", Readied(false)));
    let answer: Answer = ask_with(&app, "GET /", &token_of(&["admin"])).await;
    answer.assert_is(200, "ready");
}
