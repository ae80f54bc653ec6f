use std::fmt;

use http::header::{AUTHORIZATION, HeaderMap};
use memchr::memchr;

/// The `Authorization` field of a request (RFC 9110 section 11.6.2), parsed as far as all schemes
/// share a syntax.
///
/// # Examples
///
/// ```
/// use authgate::credentials::{Authorization, RequestCredentials};
///
/// fn ticket<'a>(presented: &RequestCredentials<'a>) -> Option<&'a [u8]> {
///     match presented.authorization() {
///         Authorization::One { scheme, rest } if scheme.eq_ignore_ascii_case("Ticket") => {
///             Some(rest.trim_ascii())
///         }
///         _ => None,
///     }
/// }
/// ```
#[derive(Clone, Copy)]
#[non_exhaustive]
pub enum Authorization<'a> {
    /// The field is missing or empty.
    Absent,
    /// One credential.
    One {
        /// The authentication scheme, in the case in which it was sent. Schemes are
        /// case-insensitive.
        scheme: &'a str,
        /// Everything after the authentication scheme, including the spaces before it.
        rest: &'a [u8],
    },
    /// Two field lines, or two credentials in one line. A proxy may join lines, so both are
    /// equivalent (RFC 9110 section 5.3).
    Ambiguous,
    /// A value that does not start with an authentication scheme (RFC 9110 section 11.4).
    Malformed,
}

impl<'a> Authorization<'a> {
    pub(crate) fn of(headers: &'a HeaderMap) -> Self {
        let mut lines = headers.get_all(AUTHORIZATION).iter();
        let Some(line) = lines.next() else { return Self::Absent };
        if lines.next().is_some() {
            return Self::Ambiguous;
        }
        Self::parse(line.as_bytes())
    }

    fn parse(line: &'a [u8]) -> Self {
        let line = line.trim_ascii();
        if line.is_empty() {
            return Self::Absent;
        }
        if has_two_credentials(line) {
            return Self::Ambiguous;
        }
        let (scheme, rest) = token(line);
        let scheme = match scheme {
            b"" => return Self::Malformed,
            // Most requests use this scheme, which needs no UTF-8 validation.
            b"Bearer" => "Bearer",
            // Tokens are ASCII.
            scheme => std::str::from_utf8(scheme).unwrap_or_default(),
        };
        Self::One { scheme, rest }
    }

    /// Returns `true` if the value is not `auth-scheme [ 1*SP .. ]` in visible ASCII (RFC 9110
    /// section 11.4).
    ///
    /// The part after the authentication scheme is not checked further. Each scheme defines its
    /// syntax, and common schemes use neither `token68` nor `auth-param`, such as
    /// `Credential=AK/20260101/..` of AWS.
    pub(crate) fn is_malformed(self) -> bool {
        let is_visible = |byte: &u8| byte.is_ascii_graphic() || matches!(byte, b' ' | b'\t');
        match self {
            Self::Malformed => true,
            Self::One { rest, .. } => !matches!(rest, [] | [b' ', ..]) || !rest.iter().all(is_visible),
            Self::Absent | Self::Ambiguous => false,
        }
    }

    /// Returns the credential without the leading spaces, if the request uses this authentication
    /// scheme. It is empty if nothing, or something other than a space, follows the scheme.
    #[inline]
    #[must_use]
    pub fn credential_of(self, sought: &str) -> Option<&'a [u8]> {
        match self {
            // Most clients send the registered spelling.
            Self::One { scheme, rest } if scheme == sought || scheme.eq_ignore_ascii_case(sought) => {
                match rest {
                    [b' ', ..] => {
                        let spaces = rest.iter().take_while(|byte| **byte == b' ').count();
                        Some(rest.split_at(spaces).1)
                    }
                    _ => Some(&[]),
                }
            }
            _ => None,
        }
    }
}

/// Formats only the authentication scheme.
impl fmt::Debug for Authorization<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("Absent"),
            Self::One { scheme, .. } => f.debug_struct("One").field("scheme", scheme).finish_non_exhaustive(),
            Self::Ambiguous => f.write_str("Ambiguous"),
            Self::Malformed => f.write_str("Malformed"),
        }
    }
}

/// Returns `true` if the value has two credentials joined by a comma. A comma alone is not enough:
/// commas also separate the parameters of one credential and may occur in quoted strings.
fn has_two_credentials(line: &[u8]) -> bool {
    if memchr(b',', line).is_none() {
        return false;
    }
    let (mut quoted, mut escaped) = (false, false);
    let mut elements = line.split(|byte| {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b',' if !quoted => return true,
            _ => {}
        }
        false
    });
    elements.next();
    elements.any(starts_a_credential)
}

/// Returns `true` if a list element starts with a scheme or is a bare token, and is not a parameter
/// `name = value`.
fn starts_a_credential(element: &[u8]) -> bool {
    let (name, rest) = token(element.trim_ascii());
    !name.is_empty() && rest.trim_ascii_start().first() != Some(&b'=')
}

/// Splits a token (RFC 9110 section 5.6.2) from the start.
fn token(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = bytes.iter().position(|byte| !is_token(*byte)).unwrap_or(bytes.len());
    bytes.split_at(end)
}

/// Returns `true` if the byte is allowed in a token (RFC 9110 section 5.6.2).
#[inline(always)]
pub(crate) const fn is_token(byte: u8) -> bool {
    matches!(
        byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`'
            | b'|' | b'~'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_scheme_and_credential() {
        for (line, expected) in [
            ("Bearer abc", Some("abc")),
            ("bearer abc", Some("abc")),
            ("BEARER    abc", Some("abc")),
            ("Bearer", Some("")),
            ("Bearer ", Some("")),
            ("Bearer\tabc", Some("")),
            ("Bearer \tabc", Some("\tabc")),
            ("Bearer:abc", Some("")),
            ("Bearer a=b, c=\"d, e\"", Some("a=b, c=\"d, e\"")),
            ("Bearer a=\"\\\", Bearer b\"", Some("a=\"\\\", Bearer b\"")),
            ("Bearer abc,", Some("abc,")),
            ("Bearer abc, x = y", Some("abc, x = y")),
            ("Bearers abc", None),
            ("Basic abc", None),
            ("\"Bearer\" abc", None),
            ("\u{e9} abc", None),
        ] {
            let authorization = Authorization::parse(line.as_bytes());
            assert_eq!(authorization.credential_of("Bearer"), expected.map(str::as_bytes), "{line}");
        }
    }

    #[test]
    fn two_credentials_in_one_line_are_ambiguous() {
        for line in [
            "Bearer a, Bearer b",
            "Bearer a,Basic b",
            "Bearer a,b",
            "Basic a, Bearer",
            "Digest a=b, Bearer c",
            ",Bearer a",
        ] {
            assert!(matches!(Authorization::parse(line.as_bytes()), Authorization::Ambiguous), "{line}");
        }
    }

    #[test]
    fn value_without_auth_scheme_is_malformed() {
        for (line, malformed) in [
            ("Bearer abc", false),
            ("Bearer", false),
            ("Foo", false),
            ("Foo  a b", false),
            ("Foo a=b, c=\"d\"", false),
            ("Foo \tabc", false),
            ("???", true),
            ("\"Bearer\" abc", true),
            ("Foo\tabc", true),
            ("Foo:abc", true),
            ("Foo=abc", true),
            ("\u{e9} abc", true),
            ("Foo \u{e9}", true),
            ("Foo a\u{7f}", true),
            ("", false),
            ("Bearer a, Bearer b", false),
        ] {
            assert_eq!(Authorization::parse(line.as_bytes()).is_malformed(), malformed, "{line}");
        }
        assert!(Authorization::parse(b"Foo \xff").is_malformed());
    }

    #[test]
    fn empty_value_is_absent() {
        for line in ["", " ", "\t"] {
            assert!(matches!(Authorization::parse(line.as_bytes()), Authorization::Absent), "{line:?}");
        }
    }
}
