//! The session cookie of requests and responses (RFC 6265bis).

use std::time::Duration;

use http::header::{HeaderMap, HeaderValue};
use tower_sessions_core::session::Id;

use crate::credentials::cookies;

/// The session cookie of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SessionCookie {
    /// The cookie is missing.
    Absent,
    /// One cookie, in the form that the server sends. Only the store knows whether the session
    /// exists.
    One(Id),
    /// One cookie, in a form that the server does not send.
    Malformed,
    /// More than one cookie. A server must not rely on their order (RFC 6265bis section 4.2.2).
    Several,
}

/// Returns `true` if the request has a cookie with this name.
pub(crate) fn is_carried(headers: &HeaderMap, name: &str) -> bool {
    cookies(headers, name).next().is_some()
}

/// Parses the cookie with this name.
pub(crate) fn carried(headers: &HeaderMap, name: &str) -> SessionCookie {
    let mut values = cookies(headers, name);
    match (values.next(), values.next()) {
        (None, _) => SessionCookie::Absent,
        (Some(_), Some(_)) => SessionCookie::Several,
        (Some(value), None) => value.and_then(id).map_or(SessionCookie::Malformed, SessionCookie::One),
    }
}

fn id(value: &[u8]) -> Option<Id> {
    std::str::from_utf8(value).ok()?.parse().ok()
}

/// Returns the field value that sets the cookie. The browser drops it when it is closed, or after
/// the lifetime of a remembered sign-in.
pub(crate) fn set(name: &str, id: Id, secure: bool, lifetime: Option<Duration>) -> Option<HeaderValue> {
    line(name, &id.to_string(), secure, lifetime)
}

/// Returns the field value that removes the cookie. Browsers ignore it without the attributes that
/// the prefix of the name requires.
pub(crate) fn removed(name: &str, secure: bool) -> Option<HeaderValue> {
    line(name, "", secure, Some(Duration::ZERO))
}

/// Formats the field value, with the attributes of RFC 6265bis section 4.1.3. Returns `None` if the
/// name is not allowed for a cookie.
fn line(name: &str, value: &str, secure: bool, max_age: Option<Duration>) -> Option<HeaderValue> {
    let max_age = max_age.map(|age| format!("; Max-Age={}", age.as_secs())).unwrap_or_default();
    let secure = if secure { "; Secure" } else { "" };
    let line = format!("{name}={value}; Path=/{max_age}; HttpOnly; SameSite=Lax{secure}");
    let mut line = HeaderValue::try_from(line).ok()?;
    line.set_sensitive(true);
    Some(line)
}

#[cfg(test)]
mod tests {
    use http::header::COOKIE;

    use super::*;

    fn of(lines: &[&'static str]) -> SessionCookie {
        let lines = lines.iter().map(|line| (COOKIE, HeaderValue::from_static(line)));
        carried(&lines.collect(), "__Host-session")
    }

    #[test]
    fn finds_one_session_cookie_among_other_cookies() {
        let id = "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap();
        for lines in [
            &["__Host-session=AAAAAAAAAAAAAAAAAAAAAA"][..],
            &["theme=dark; __Host-session=AAAAAAAAAAAAAAAAAAAAAA;a=b"],
            &["theme=dark", "__Host-session=AAAAAAAAAAAAAAAAAAAAAA"],
            &["__host-session=x; __Host-session=AAAAAAAAAAAAAAAAAAAAAA; session=y"],
        ] {
            assert_eq!(of(lines), SessionCookie::One(id), "{lines:?}");
        }
    }

    #[test]
    fn invalid_session_id_is_malformed() {
        for value in [
            "__Host-session",
            "__Host-session=",
            "__Host-session=AAAAAAAAAAAAAAAAAAAAA",
            "__Host-session=AAAAAAAAAAAAAAAAAAAAAAA",
            "__Host-session=\"AAAAAAAAAAAAAAAAAAAAAA\"",
            "__Host-session=AAAAAAAAAAAAAAAAAAAAAB",
            "__Host-session=AAAAAAAAAAAAAAAAAAAAAA==",
            "__Host-session=AAAAAAAAAAAAAAAAAAAA+A",
            "__Host-session=A AAAAAAAAAAAAAAAAAAAAA",
            "__Host-session==AAAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(of(&[value]), SessionCookie::Malformed, "{value}");
        }
    }

    #[test]
    fn repeated_session_cookie_is_ambiguous_in_any_line() {
        let one = "__Host-session=AAAAAAAAAAAAAAAAAAAAAA";
        assert_eq!(of(&[one, one]), SessionCookie::Several);
        assert_eq!(of(&["__Host-session=AAAAAAAAAAAAAAAAAAAAAA; __Host-session"]), SessionCookie::Several);
        assert_eq!(of(&["session=AAAAAAAAAAAAAAAAAAAAAA"]), SessionCookie::Absent);
    }

    #[test]
    fn host_cookie_is_secure_when_set_and_when_removed() {
        let id = "AAAAAAAAAAAAAAAAAAAAAA".parse().unwrap();
        assert_eq!(
            set("__Host-session", id, true, None).unwrap(),
            "__Host-session=AAAAAAAAAAAAAAAAAAAAAA; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            set("__Host-session", id, true, Some(Duration::from_secs(60))).unwrap(),
            "__Host-session=AAAAAAAAAAAAAAAAAAAAAA; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            removed("__Host-session", true).unwrap(),
            "__Host-session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax; Secure"
        );
    }
}
