use std::sync::Arc;

use axum::body::Bytes;
use http::header::{
    AGE, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, EXPIRES, HeaderMap,
    HeaderName, HeaderValue, PRAGMA, PROXY_AUTHENTICATE, RETRY_AFTER, TRAILER, TRANSFER_ENCODING, UPGRADE,
    VARY, WWW_AUTHENTICATE,
};

use super::Denial;
use crate::secret::debug_only;

/// A custom body and header fields for a denial. The status, the challenges and the caching headers
/// do not change.
///
/// # Examples
///
/// ```
/// use authgate::denial::CustomBody;
/// use axum::http::header::{CONTENT_LANGUAGE, HeaderValue};
///
/// let body = CustomBody::text("Bitte melden Sie sich an.\n")
///     .header(CONTENT_LANGUAGE, HeaderValue::from_static("de"));
/// ```
#[derive(Clone)]
pub struct CustomBody {
    content_type: HeaderValue,
    body: Bytes,
    headers: HeaderMap,
}

impl CustomBody {
    /// Creates a body of any media type.
    pub fn new(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self { content_type, body: body.into(), headers: HeaderMap::new() }
    }

    /// Creates an HTML page.
    pub fn html(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("text/html; charset=utf-8"), body)
    }

    /// Creates a problem document (RFC 9457). Its `status` member should be [`Denial::status`].
    pub fn problem(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("application/problem+json"), body)
    }

    /// Creates a plain text body.
    pub fn text(body: impl Into<Bytes>) -> Self {
        Self::new(HeaderValue::from_static("text/plain; charset=utf-8"), body)
    }

    /// Adds a header field.
    ///
    /// Ignores fields that authgate or the connection sets: `WWW-Authenticate`,
    /// `Proxy-Authenticate`, `Cache-Control` and related fields, `Vary`, `Retry-After`,
    /// `Content-Type`, and message framing.
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

debug_only!([] CustomBody { content_type });

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
    // Fields of CDNs, of nginx, where they override `Cache-Control`, and of Akamai.
    // `No-Vary-Search` lets a cached response serve other targets.
    const VENDORS: [&str; 3] = ["surrogate-control", "edge-control", "no-vary-search"];
    let text = name.as_str();
    // Other fields follow the pattern of `CDN-Cache-Control` (RFC 9213).
    RESERVED.contains(name)
        || text.ends_with("-cache-control")
        || text.starts_with("x-accel-")
        || VENDORS.contains(&text)
}

/// The rendering hook of the application.
pub(crate) type Render = Arc<dyn Fn(&Denial) -> Option<CustomBody> + Send + Sync>;
