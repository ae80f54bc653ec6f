//! Requests are authenticated first, then authorized. Only then are the handler's other parameters
//! extracted.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use authgate::routing::{get, post};
use authgate::{Authorized, Gate, Router};
use authgate_tests::app::{Ran, User, app, gate, role, serve};
use authgate_tests::ask::{Answer, ask, ask_with, request, send};
use authgate_tests::token::token_of;
use axum::body::{Body, Bytes};
use axum::extract::{FromRef, FromRequestParts};
use http::request::Parts;
use http::{HeaderValue, Request};
use http_body_util::{BodyExt as _, Full};

#[tokio::test]
async fn path_is_parsed_after_authorization() {
    let (app, ran) = app();
    ask(&app, "DELETE /reports/notanumber", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &["Bearer realm=\"api\""],
    );
    let viewer = ask_with(&app, "DELETE /reports/notanumber", &token_of(&["viewer"])).await;
    viewer.assert_denied(403, "role_missing", &[]);
    let admin = ask_with(&app, "DELETE /reports/notanumber", &token_of(&["admin"])).await;
    assert_eq!(admin.status, 400);
    assert_eq!(ran.times(), 0);
}

async fn put(
    app: &axum::Router,
    token: Option<&str>,
    content_type: Option<&'static str>,
    body: &'static str,
) -> Answer {
    let mut request = request("PUT /reports/1", &[]);
    if let Some(token) = token {
        let value = format!("Bearer {token}").parse().expect("a field value");
        request.headers_mut().insert("authorization", value);
    }
    if let Some(content_type) = content_type {
        request.headers_mut().insert("content-type", HeaderValue::from_static(content_type));
    }
    *request.body_mut() = Body::from(body);
    send(app, request).await
}

#[tokio::test]
async fn body_errors_are_reported_after_authorization() {
    let (app, ran) = app();
    let (viewer, editor) = (token_of(&["viewer"]), token_of(&["editor"]));
    for (content_type, body, own) in
        [(None, "{}", 415), (Some("application/json"), "{", 400), (Some("application/json"), "{}", 422)]
    {
        assert_eq!(put(&app, None, content_type, body).await.status, 401, "{own}");
        assert_eq!(put(&app, Some("x"), content_type, body).await.status, 401, "{own}");
        assert_eq!(put(&app, Some(&viewer), content_type, body).await.status, 403, "{own}");
        assert_eq!(put(&app, Some(&editor), content_type, body).await.status, own);
    }
    assert_eq!(ran.times(), 0);
    put(&app, Some(&editor), Some("application/json"), r#"{"title":"a"}"#)
        .await
        .assert_is(200, "vera published 1: a");
    assert_eq!(ran.times(), 1);
}

#[tokio::test]
async fn body_is_read_after_authorization() {
    let (app, _) = app();
    let read = Arc::new(AtomicUsize::new(0));
    let asked = |token: String| {
        let read = Arc::clone(&read);
        let body = Full::new(Bytes::from_static(br#"{"title":"a"}"#)).map_frame(move |frame| {
            read.fetch_add(1, Ordering::Relaxed);
            frame
        });
        Request::put("/reports/1")
            .header("authorization", format!("Bearer {token}"))
            .header("content-type", "application/json")
            .body(Body::new(body))
            .expect("a request")
    };
    assert_eq!(send(&app, asked(token_of(&["viewer"]))).await.status, 403);
    assert_eq!(read.load(Ordering::Relaxed), 0);
    assert_eq!(send(&app, asked(token_of(&["editor"]))).await.status, 200);
    assert_eq!(read.load(Ordering::Relaxed), 1);
}

/// RFC 9110 section 9.3.2.
#[tokio::test]
async fn head_response_equals_get_without_the_body() {
    let (app, ran) = app();
    for token in [None, Some("x".to_owned()), Some(token_of(&[])), Some(token_of(&["viewer"]))] {
        let fields: Vec<_> = token.iter().map(|token| ("authorization", format!("Bearer {token}"))).collect();
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (get, head) =
            (ask(&app, "GET /reports/1", &fields).await, ask(&app, "HEAD /reports/1", &fields).await);
        assert_eq!((get.status, &get.headers), (head.status, &head.headers));
        assert!(!get.body.is_empty() && head.body.is_empty());
    }
    assert_eq!(ran.times(), 2, "the viewer's GET and HEAD");
}

/// RFC 9110 section 15.5.6.
#[tokio::test]
async fn unsupported_method_is_405_without_authentication() {
    let (app, _) = app();
    for (line, allowed) in [("POST /me", "GET,HEAD"), ("PATCH /reports/x", "GET,HEAD,PUT,DELETE")] {
        for token in ["", "Bearer x", &format!("Bearer {}", token_of(&["admin"]))] {
            let answer = ask(&app, line, &[("authorization", token)]).await;
            assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, Some(allowed)), "{line}");
            assert!(answer.challenges().is_empty());
        }
    }
}

#[tokio::test]
async fn unknown_path_is_404_with_and_without_credentials() {
    let (app, _) = app();
    for path in ["GET /", "GET /unknown", "GET /me/", "DELETE /reports", "GET /admin", "GET /admin/unknown"] {
        for token in ["", "Bearer x", &format!("Bearer {}", token_of(&["admin"]))] {
            ask(&app, path, &[("authorization", token)]).await.assert_is(404, "");
        }
    }
}

#[tokio::test]
async fn handler_runs_only_for_allowed_callers() {
    let (app, ran) = app();
    for (line, status) in [
        ("GET /me", [401, 200, 200, 200, 200]),
        ("GET /reports/1", [401, 403, 200, 200, 200]),
        ("DELETE /reports/1", [401, 403, 403, 403, 204]),
        ("GET /admin/reports", [401, 403, 403, 403, 200]),
        ("GET /health", [200, 200, 200, 200, 200]),
    ] {
        assert_eq!(ask(&app, line, &[]).await.status, status[0], "{line}, anonymous");
        for (role, status) in ["nobody", "viewer", "editor", "admin"].into_iter().zip(&status[1..]) {
            let before = ran.times();
            let answer = ask_with(&app, line, &token_of(&[role])).await;
            assert_eq!(answer.status.as_u16(), *status, "{line}, {role}");
            assert_eq!(ran.times() - before, usize::from(*status < 300), "{line}, {role}");
        }
    }
    assert_eq!(ask_with(&app, "GET /health", "x").await.status, 200, "nobody looks at what is not asked for");
}

/// Records the order of extraction.
#[derive(Clone, Default)]
struct Seen(Arc<Mutex<Vec<usize>>>);

#[derive(Clone, FromRef)]
struct State {
    gate: Gate<User>,
    seen: Seen,
}

struct Nth<const N: usize>;

impl<const N: usize, S: Sync> FromRequestParts<S> for Nth<N>
where
    Seen: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(_: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Seen::from_ref(state).0.lock().unwrap().push(N);
        Ok(Self)
    }
}

type Admin = Authorized<role::Admin>;

async fn two(_: Admin, _: Nth<1>) {}

#[expect(clippy::too_many_arguments, reason = "the maximum for a handler")]
async fn sixteen(
    _: Admin,
    _: Nth<1>,
    _: Nth<2>,
    _: Nth<3>,
    _: Nth<4>,
    _: Nth<5>,
    _: Nth<6>,
    _: Nth<7>,
    _: Nth<8>,
    _: Nth<9>,
    _: Nth<10>,
    _: Nth<11>,
    _: Nth<12>,
    _: Nth<13>,
    _: Nth<14>,
    _: Nth<15>,
) {
}

#[tokio::test]
async fn no_parameter_is_extracted_before_the_declaration() {
    let seen = Seen::default();
    let routes = Router::new().route("/two", get(two)).route("/sixteen", get(sixteen));
    let app = routes.with_state(State { gate: gate(), seen: seen.clone() });
    for (line, count) in [("GET /two", 1), ("GET /sixteen", 15)] {
        assert_eq!(ask(&app, line, &[]).await.status, 401);
        assert_eq!(ask_with(&app, line, &token_of(&["editor"])).await.status, 403);
        assert!(seen.0.lock().unwrap().is_empty());
        assert_eq!(ask_with(&app, line, &token_of(&["admin"])).await.status, 200);
        assert_eq!(std::mem::take(&mut *seen.0.lock().unwrap()), (1..=count).collect::<Vec<_>>());
    }
}

async fn count(_: Admin, axum::extract::State(ran): axum::extract::State<Ran>) {
    ran.count();
}

#[tokio::test]
async fn nested_route_is_authorized_before_its_handler_runs() {
    let inner = Router::new().route("/{id}", post(count));
    let (app, ran) = serve(Router::new().nest("/a", Router::new().nest("/{b}", Router::new().merge(inner))));
    assert_eq!(ask(&app, "POST /a/b/c", &[]).await.status, 401);
    assert_eq!(ask_with(&app, "POST /a/b/c", &token_of(&["editor"])).await.status, 403);
    assert_eq!(ran.times(), 0);
    assert_eq!(ask_with(&app, "POST /a/b/c", &token_of(&["admin"])).await.status, 200);
    assert_eq!(ran.times(), 1);
}
