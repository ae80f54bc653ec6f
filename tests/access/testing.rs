//! Principals and gates for an application's own tests.

use std::time::Duration;

use authgate::testing::{TestGate, principal};
use authgate::{Fresh, Roles, Router, Scopes, requires, routing::get};
use authgate_tests::app::{App, Ran, Role, Scope, User, routes};
use axum::body::Body;
use http::{Request, StatusCode};
use tower::ServiceExt as _;

async fn status(app: &axum::Router, request: Request<Body>) -> StatusCode {
    app.clone().oneshot(request).await.unwrap().status()
}

fn get_from(path: &str) -> Request<Body> {
    Request::get(path).body(Body::empty()).unwrap()
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
    // Another gate's key is none of this one's.
    let others = TestGate::<User>::new();
    let stranger = others.sign_in(principal("eve").role(Role::Admin));
    assert_eq!(status(&app, stranger.calls(get_from("/me"))).await, StatusCode::UNAUTHORIZED);
}
