use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use http::header::{
    AGE, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, HeaderMap,
    HeaderName, HeaderValue, PRAGMA, PROXY_AUTHENTICATE, RETRY_AFTER, TRAILER, TRANSFER_ENCODING, UPGRADE,
    VARY, WWW_AUTHENTICATE,
};

use super::Denial;

/// A denial as the application wants it to look: a body and more header fields. The status, the challenges and
/// whatever bears on caching stay authgate's.
#[derive(Clone)]
pub struct Rendering {
    content_type: HeaderValue,
    body: Bytes,
    headers: HeaderMap,
}

impl Rendering {
    /// A body of any kind.
    pub fn new(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self { content_type, body: body.into(), headers: HeaderMap::new() }
    }

    /// An HTML page.
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("text/html; charset=utf-8"), body)
    }

    /// A problem document (RFC 9457). Let its `status` be [`Denial::status`].
    pub fn problem(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("application/problem+json"), body)
    }

    /// Plain text.
    pub fn text(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("text/plain; charset=utf-8"), body)
    }

    /// Adds a header field. Fields that are authgate's or the connection's are passed over: `WWW-Authenticate`,
    /// `Proxy-Authenticate`, `Cache-Control` and its relatives, `Vary`, `Retry-After`, `X-Accepted-Roles` and its relatives,
    /// `Content-Type` and the framing of the message.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        if !is_reserved(&name) {
            self.headers.append(name, value);
        }
        self
    }

    pub(super) fn into_parts(self) -> (HeaderValue, Bytes, HeaderMap) {
        (self.content_type, self.body, self.headers)
    }
}

impl fmt::Debug for Rendering {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rendering").field("content_type", &self.content_type).finish_non_exhaustive()
    }
}

fn is_reserved(name: &HeaderName) -> bool {
    const RESERVED: [HeaderName; 15] = [
        WWW_AUTHENTICATE,
        PROXY_AUTHENTICATE,
        CACHE_CONTROL,
        EXPIRES,
        PRAGMA,
        AGE,
        VARY,
        RETRY_AFTER,
        CONTENT_TYPE,
        CONTENT_LENGTH,
        CONTENT_ENCODING,
        TRANSFER_ENCODING,
        CONNECTION,
        TRAILER,
        UPGRADE,
    ];
    // What the vendors call theirs: of CDNs, of nginx (where it counts more than `Cache-Control`) and of Akamai; and
    // `No-Vary-Search`, which makes one answer do for other targets.
    const VENDORS: [&str; 3] = ["surrogate-control", "edge-control", "no-vary-search"];
    let text = name.as_str();
    // `CDN-Cache-Control` (RFC 9213) has followers.
    RESERVED.contains(name)
        || text.ends_with("-cache-control")
        || text.starts_with("x-accel-")
        || VENDORS.contains(&text)
        || super::accepted::FIELDS.iter().any(|(_, field)| *field == text)
}

/// The application's hook.
pub(crate) type Render = Arc<dyn Fn(&Denial) -> Option<Rendering> + Send + Sync>;
