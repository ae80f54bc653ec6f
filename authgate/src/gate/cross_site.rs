//! Protection against cross-site request forgery.
//!
//! The rules follow Go's `net/http.CrossOriginProtection`. They complement `SameSite` cookies, as
//! RFC 6265bis section 8.8.1 recommends. The first rule that applies decides:
//!
//! 1. A safe method passes, unless it requests a WebSocket.
//! 2. A trusted `Origin` passes.
//! 3. If the browser sends `Sec-Fetch-Site`, `same-origin` and `none` pass, and all other values
//!    are rejected.
//! 4. An `Origin` passes if it has the host and port of the request. Others are rejected, including
//!    `null`.
//! 5. A request without both fields passes, because current browsers send at least one of them.
//!
//! A field that occurs twice is rejected, because its value is ambiguous. The `Origin` is compared
//! with the host of the request. So a proxy must forward the host unchanged, or the application
//! must trust its own origin.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, UPGRADE};
use http::request::Parts;
use http::{HeaderMap as Headers, Method};

use crate::credentials::authority;
use crate::error::ConfigError;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The trusted origins of other sites.
#[derive(Clone, Default)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    pub(crate) fn new(origins: Vec<String>) -> Result<Self, ConfigError> {
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(Self(origins)),
            Some(origin) => Err(ConfigError::new(format!(
                "{origin:?} is not an origin: write the scheme, the host and any unusual port in lower case, as \
                 browsers send it: `https://app.example` or `https://app.example:8443`"
            ))),
        }
    }

    /// Returns `true` if the request is unsafe and a page of another site may have caused it.
    pub(crate) fn refuse(&self, request: &Parts) -> bool {
        if is_safe(&request.method) && !asks_for_web_socket(&request.headers) {
            return false;
        }
        let headers = &request.headers;
        let (origin, site) = (only(headers, &ORIGIN), only(headers, &SEC_FETCH_SITE));
        let (Ok(origin), Ok(site)) = (origin, site) else { return true };
        if origin.is_some_and(|origin| self.0.iter().any(|trusted| trusted.as_bytes() == origin)) {
            return false;
        }
        match (site, origin) {
            (Some(site), _) => !matches!(site, b"same-origin" | b"none"),
            (None, Some(origin)) => !is_own(origin, request),
            (None, None) => false,
        }
    }
}

/// Returns `true` for the safe methods of RFC 9110 section 9.2.1, except `TRACE`, which browsers
/// never send.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Returns `true` for a WebSocket handshake (RFC 6455 section 4.1). HTTP/2 uses `CONNECT` (RFC
/// 8441), which is not safe.
fn asks_for_web_socket(headers: &Headers) -> bool {
    headers.contains_key(UPGRADE)
}

/// Returns the value of a field, or `Err` if it occurs twice. An empty field counts as missing.
fn only<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a [u8]>, ()> {
    let mut lines = headers.get_all(name).iter().map(HeaderValue::as_bytes);
    let first = lines.next();
    if lines.next().is_some() {
        return Err(());
    }
    Ok(first.filter(|value| !value.is_empty()))
}

fn is_own(origin: &[u8], request: &Parts) -> bool {
    let Ok(Some(host)) = only(&request.headers, &HOST) else {
        let authority = authority(request);
        return authority.is_some_and(|authority| host_of(origin) == Some(authority.as_str().as_bytes()));
    };
    host_of(origin).is_some_and(|of_origin| of_origin.eq_ignore_ascii_case(host))
}

/// Returns the text after `://`.
fn host_of(origin: &[u8]) -> Option<&[u8]> {
    let at = origin.windows(3).position(|window| window == b"://")?;
    origin.get(at + 3..)
}

fn is_origin(text: &str) -> bool {
    let Some((scheme, host)) = text.split_once("://") else { return false };
    let lower = |byte: u8| byte.is_ascii_graphic() && !byte.is_ascii_uppercase();
    !scheme.is_empty()
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte))
        && !host.is_empty()
        && host.bytes().all(|byte| lower(byte) && !b"/?#@\\*".contains(&byte))
}
