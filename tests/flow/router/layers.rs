//! Layers can respond instead of a handler, but never cause a handler to run unchecked.

use authgate::routing::get;
use authgate::{Authorized, Router};
use authgate_tests::app::{App, Ran, role, serve};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token_of;
use axum::extract::{Request, State};
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderValue, Method, StatusCode};

use super::{admin, open, viewer};

async fn purge(_: Authorized<role::Admin>, State(ran): State<Ran>) -> &'static str {
    ran.count();
    "purged"
}

/// Adds a field to the response.
async fn mark(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    response.headers_mut().append("mark", HeaderValue::from_static("x"));
    response
}

/// Responds to preflight requests like a CORS layer.
async fn preflight(request: Request, next: Next) -> Response {
    if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    }
}

/// Asserts how many layers processed a denied and an allowed request.
async fn assert_marks(app: &axum::Router, line: &str, marks: usize) {
    for token in ["x".to_owned(), token_of(&["admin"])] {
        let answer = ask_with(app, line, &token).await;
        assert_eq!(answer.headers.get_all("mark").iter().count(), marks, "{line}, {}", answer.status);
    }
}

#[tokio::test]
async fn layer_wraps_earlier_routes_and_fallbacks() {
    let routes = Router::new()
        .route("/", get(admin))
        .fallback(viewer)
        .layer(from_fn(mark))
        .route("/later", get(admin));
    let (app, _) = serve(routes);
    for (line, marks) in [("GET /", 1), ("GET /unknown", 1), ("POST /", 1), ("GET /later", 0)] {
        assert_marks(&app, line, marks).await;
    }
}

#[tokio::test]
async fn route_layer_wraps_earlier_routes_only() {
    let routes = Router::new().route("/", get(admin)).fallback(viewer).route_layer(from_fn(mark));
    let (app, _) = serve(routes.route("/later", get(admin)));
    for (line, marks) in [("GET /", 1), ("GET /unknown", 0), ("GET /later", 0)] {
        assert_marks(&app, line, marks).await;
    }
}

#[tokio::test]
async fn method_router_layer_wraps_earlier_handlers_only() {
    let methods = get(admin).fallback(viewer).layer(from_fn(mark)).post(admin);
    let routed = get(admin).fallback(viewer).route_layer(from_fn(mark)).post(admin);
    let (app, _) = serve(Router::new().route("/layer", methods).route("/route-layer", routed));
    for (line, marks) in [
        ("GET /layer", 1),
        ("PUT /layer", 1),
        ("POST /layer", 0),
        ("GET /route-layer", 1),
        ("PUT /route-layer", 0),
        ("POST /route-layer", 0),
    ] {
        assert_marks(&app, line, marks).await;
    }
}

#[tokio::test]
async fn layers_never_run_a_handler_unchecked() {
    let routes = Router::new()
        .route("/handler", get(purge.layer(from_fn(mark))))
        .route("/twice", get(purge.layer(from_fn(mark)).layer(from_fn(mark))))
        .route("/method", get(purge).layer(from_fn(mark)).route_layer(from_fn(mark)))
        .route_layer(from_fn(mark))
        .layer(from_fn(mark));
    let (app, ran) = serve(routes);
    for (line, marks) in [("GET /handler", 3), ("GET /twice", 4), ("GET /method", 4)] {
        assert_marks(&app, line, marks).await;
        let before = ran.times();
        assert_eq!(ask(&app, line, &[]).await.status, 401, "{line}");
        assert_eq!(ask_with(&app, line, &token_of(&["editor"])).await.status, 403, "{line}");
        assert_eq!(ran.times(), before, "{line}");
        ask_with(&app, line, &token_of(&["admin"])).await.assert_is(200, "purged");
        assert_eq!(ran.times(), before + 1, "{line}");
    }
}

/// The CORS preflight of the Fetch standard.
#[tokio::test]
async fn preflight_is_answered_by_the_layer_without_credentials() {
    let routes: Router<App> =
        Router::new().route("/", get(admin)).layer(from_fn(preflight)).layer(from_fn(mark));
    let (app, _) = serve(routes);
    assert_eq!(ask(&app, "OPTIONS /", &[]).await.status, 204);
    let denied = ask(&app, "GET /", &[]).await;
    assert_eq!(
        (denied.status.as_u16(), denied.header("mark")),
        (401, Some("x")),
        "a layer's fields are on denials, too"
    );
}

#[tokio::test]
async fn layered_handler_extracts_its_declaration_first() {
    let later =
        async |_: Authorized<role::Admin>, axum::extract::Path(_id): axum::extract::Path<u64>| "found";
    let (app, _) = serve(Router::new().route("/{id}", get(later.layer(from_fn(mark)))).route("/", get(open)));
    assert_eq!(ask(&app, "GET /notanumber", &[]).await.status, 401);
    assert_eq!(ask_with(&app, "GET /notanumber", &token_of(&["viewer"])).await.status, 403);
    assert_eq!(ask_with(&app, "GET /notanumber", &token_of(&["admin"])).await.status, 400);
}
