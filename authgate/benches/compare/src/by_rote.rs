//! A handler on axum that asks nobody, and answers everybody with the 401 that authgate has for nobody: what the answer alone
//! costs, and so what no guard that sends it can be below.

use axum::Router;
use axum::body::{Body, Bytes};
use axum::response::Response;
use axum::routing::get;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY, WWW_AUTHENTICATE};

use crate::apps::App;

pub(crate) const APP: App = App {
    answers: |_| StatusCode::UNAUTHORIZED,
    ..App::new("by rote", |_| Some(Router::new().route("/thing", get(|| async { answer() }))))
};

const BODY: &[u8] = br#"{"title":"Unauthorized","status":401,"detail":"This needs credentials, and the request has none that are taken here.","reason":"credentials_missing"}"#;

fn answer() -> Response {
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"api\""));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept, authorization"));
    let mut response = Response::new(Body::from(Bytes::from_static(BODY)));
    *response.status_mut() = StatusCode::UNAUTHORIZED;
    *response.headers_mut() = headers;
    response
}
