//! Sends requests to an application in process.

use axum::body::Body;
use http::header::{HeaderMap, WWW_AUTHENTICATE};
use http::{Request, StatusCode};
use http_body_util::BodyExt as _;
use tower::ServiceExt as _;

/// A response of an application.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The header fields.
    pub headers: HeaderMap,
    /// The body.
    pub body: String,
}

impl Answer {
    /// Returns the `WWW-Authenticate` lines.
    #[must_use]
    pub fn challenges(&self) -> Vec<&str> {
        self.headers.get_all(WWW_AUTHENTICATE).iter().map(|line| line.to_str().expect("ASCII")).collect()
    }

    /// Asserts a denial with this status, reason and these challenges. Also checks the properties
    /// that every denial has.
    #[track_caller]
    pub fn assert_denied(&self, status: u16, reason: &str, challenges: &[&str]) {
        assert_eq!((self.status.as_u16(), self.reason().as_str()), (status, reason));
        assert_eq!(self.challenges(), challenges, "{reason}");
        assert_eq!(self.header("cache-control"), Some("no-store"), "{reason}");
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{reason}");
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("a problem document");
        assert_eq!(body["status"], status, "RFC 9457 section 3.1.2");
    }

    /// Asserts a status and a body.
    #[track_caller]
    pub fn assert_is(&self, status: u16, body: &str) {
        assert_eq!((self.status.as_u16(), self.body.as_str()), (status, body));
    }

    /// Returns the value of a header field.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("ASCII"))
    }

    /// Returns the `reason` of a problem document.
    ///
    /// # Panics
    ///
    /// Panics if the body is not a problem document.
    #[must_use]
    pub fn reason(&self) -> String {
        let body: serde_json::Value = serde_json::from_str(&self.body).expect("a problem document");
        body["reason"].as_str().expect("a reason").to_owned()
    }
}

/// Returns a request without a body, such as `GET /me`, with header fields.
#[must_use]
pub fn request(line: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let (method, target) = line.split_once(' ').expect("a method and a target");
    let mut request = Request::builder().method(method).uri(target);
    for (name, value) in fields {
        request = request.header(*name, *value);
    }
    request.body(Body::empty()).expect("a request")
}

/// Sends a request.
pub async fn send(app: &axum::Router, request: Request<Body>) -> Answer {
    let response = app.clone().oneshot(request).await.expect("routers do not fail");
    let (parts, body) = response.into_parts();
    let body = body.collect().await.expect("bodies of tests do not fail").to_bytes();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).expect("UTF-8"),
    }
}

/// Sends a request without a body.
pub async fn ask(app: &axum::Router, line: &str, fields: &[(&str, &str)]) -> Answer {
    send(app, request(line, fields)).await
}

/// Sends a request with a bearer token.
pub async fn ask_with(app: &axum::Router, line: &str, token: &str) -> Answer {
    ask(app, line, &[("authorization", &format!("Bearer {token}"))]).await
}
