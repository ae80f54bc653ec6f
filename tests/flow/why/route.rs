//! The event contains the source line that registers the route, for every way to register one.

use authgate::routing::{MethodFilter, any, get, on};
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{User, role};
use axum::handler::Handler as _;
use axum::middleware::{Next, from_fn};

use super::{denied, gate, purge, vera};

async fn pass(request: axum::extract::Request, next: Next) -> axum::response::Response {
    next.run(request).await
}

/// Returns an expression and the line of the macro call.
macro_rules! here {
    ($registered:expr) => {
        ($registered, line!())
    };
}

async fn assert_registered_at(router: Router<Gate<User>>, line: u32, request: &str) {
    let app = router.with_state(gate().build().unwrap());
    let (answer, event) = denied(&app, request, &vera(), "*/*").await;
    assert_eq!(answer.status, 403, "{request}");
    let place = event.field("registered").unwrap_or_default();
    assert!(place.starts_with(&format!("{}:{line}:", file!())), "{request}: {place}, and not line {line}");
}

#[tokio::test]
async fn event_has_the_line_of_the_route_registration() {
    let service = axum::Router::<()>::new;
    let new = Router::<Gate<User>>::new;
    for (request, (router, line)) in [
        ("GET /a", here!(new().route("/a", get(purge)))),
        ("PUT /a", here!(new().route("/a", get(pass_all).put(purge)))),
        ("GET /a", here!(new().route("/a", get(purge.layer(from_fn(pass)))))),
        ("GET /a", here!(new().route("/a", get(purge.layer(from_fn(pass)).layer(from_fn(pass)))))),
        ("PATCH /a", here!(new().route("/a", any(purge)))),
        ("PATCH /a", here!(new().route("/a", any(purge.layer(from_fn(pass)))))),
        ("GET /a", here!(new().route("/a", on(MethodFilter::GET, purge)))),
        ("PATCH /a", here!(new().route("/a", get(pass_all).fallback(purge)))),
        ("GET /b", here!(new().fallback(purge))),
        ("GET /b", here!(new().fallback(purge.layer(from_fn(pass))))),
        ("PATCH /a", here!(new().route("/a", get(pass_all)).method_not_allowed_fallback(purge))),
        ("GET /a", here!(new().route_service::<role::Admin>("/a", service()))),
        ("GET /a/b", here!(new().nest_service::<role::Admin>("/a", service()))),
        ("GET /n/a", here!(new().nest("/n", Router::new().route("/a", get(purge))))),
        ("GET /a", here!(new().merge(Router::new().route("/a", get(purge))))),
        ("GET /a", here!(new().route("/a", get(purge)).layer(from_fn(pass)).route_layer(from_fn(pass)))),
    ] {
        assert_registered_at(router, line, request).await;
    }
}

async fn pass_all(_: Authenticated<User>) {}

/// axum's own router does not record the line.
#[tokio::test]
async fn event_of_a_plain_axum_router_has_the_pattern_only() {
    let app = axum::Router::new().route("/a", axum::routing::get(purge)).with_state(gate().build().unwrap());
    let (answer, event) = denied(&app, "GET /a", &vera(), "*/*").await;
    assert_eq!((answer.status.as_u16(), event.field("registered")), (403, None));
    assert_eq!(event.field("route"), Some("/a"));
}
