//! authgate's denials as constants, with every field and byte. Only the decision id is fixed.

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::StatusCode;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, VARY, WWW_AUTHENTICATE};

/// Returns the 401 for an anonymous caller.
pub(super) fn anonymous() -> Response {
    const BODY: &[u8] = br#"{"title":"Unauthorized","status":401,"detail":"Authentication is required. The request has no accepted credentials.","reason":"credentials_missing"}"#;
    answer(StatusCode::UNAUTHORIZED, Some("Bearer realm=\"api\""), BODY)
}

/// Returns the 401 for a rejected token.
pub(super) fn rejected() -> Response {
    const BODY: &[u8] = br#"{"title":"Unauthorized","status":401,"detail":"Your credential was rejected.","reason":"credentials_rejected"}"#;
    answer(StatusCode::UNAUTHORIZED, Some("Bearer realm=\"api\", error=\"invalid_token\""), BODY)
}

/// Returns the 403.
pub(super) fn forbidden() -> Response {
    const BODY: &[u8] = br#"{"title":"Forbidden","status":403,"detail":"You lack the required role.","reason":"role_missing","decision":"693d84be024be69a"}"#;
    answer(StatusCode::FORBIDDEN, None, BODY)
}

fn answer(status: StatusCode, challenge: Option<&'static str>, body: &'static [u8]) -> Response {
    let mut headers = HeaderMap::with_capacity(6);
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    if let Some(challenge) = challenge {
        headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static(challenge));
    }
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(VARY, HeaderValue::from_static("accept, authorization"));
    let mut response = Response::new(Body::from(Bytes::from_static(body)));
    *response.status_mut() = status;
    *response.headers_mut() = headers;
    response
}
