//! Whether a request comes from a page of another site (cross-site request forgery).
//!
//! In order, the first rule that fits decides (`standards.md` rows 94 and 96):
//!
//! 1. A safe method that does not ask for a WebSocket passes: it changes nothing.
//! 2. An `Origin` that the application trusts passes.
//! 3. `Sec-Fetch-Site` decides, where a browser sends it: `same-origin` and `none` pass, everything else is refused.
//! 4. `Origin` decides: it passes if it has the request's own host and port; `null` and everything else is refused.
//! 5. Without either, no browser of this decade has sent it, and it passes.
//!
//! A field that occurs twice is refused, since nobody can say which counts. The host is compared with that of the request:
//! a proxy in front has to hand it on as it was, or the application trusts its own origin.

use http::header::{HOST, HeaderMap, HeaderName, HeaderValue, ORIGIN, UPGRADE};
use http::request::Parts;
use http::{HeaderMap as Headers, Method};

use super::ConfigError;
use crate::credentials::target;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

/// The origins of other sites that an application trusts.
#[derive(Clone, Default)]
pub(crate) struct Origins(Vec<String>);

impl Origins {
    pub(crate) fn new(origins: Vec<String>) -> Result<Self, ConfigError> {
        match origins.iter().find(|origin| !is_origin(origin)) {
            None => Ok(Self(origins)),
            Some(origin) => Err(ConfigError::new(format!(
                "{origin:?} is not an origin: write scheme, host and, if it is not the usual one, port, in lower case, as a \
                 browser sends it: `https://app.example` or `https://app.example:8443`"
            ))),
        }
    }

    /// Whether the request may change something, and a page of another site has made a browser send it.
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

/// RFC 9110 section 9.2.1, without `TRACE`, which no browser sends.
fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// RFC 6455 section 4.1. Over HTTP/2 it is a `CONNECT` (RFC 8441), which is not safe.
fn asks_for_web_socket(headers: &Headers) -> bool {
    headers.contains_key(UPGRADE)
}

/// The field's value; `Err` if it occurs twice. An empty one is none.
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
        let authority = target(request).authority();
        return authority.is_some_and(|authority| host_of(origin) == Some(authority.as_str().as_bytes()));
    };
    host_of(origin).is_some_and(|of_origin| of_origin.eq_ignore_ascii_case(host))
}

/// What follows the `://`.
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
