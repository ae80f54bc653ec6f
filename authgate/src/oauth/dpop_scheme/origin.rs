//! The origin of this service, and the comparison of targets with it.

use std::borrow::Cow;
use std::fmt::Write as _;

use http::Uri;

/// The scheme and the authority under which clients reach this service, in the normal form:
/// `https://api.example`.
///
/// It is configured, because a client could choose `Host` and `X-Forwarded-Host`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Origin(String);

impl Origin {
    /// Parses an origin, or the origin of a URL with a path. Returns `None` if the text is not an
    /// absolute HTTP URL, or if it has user information.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.parse::<Uri>().ok()?;
        let (origin, _) = split(text)?;
        Some(Self(origin))
    }

    /// Returns `true` if `url` is this path below the origin. The query and the fragment of `url`
    /// are ignored (RFC 9449 section 4.3). Both are compared in the normal form (RFC 3986 sections
    /// 6.2.2 and 6.2.3).
    pub(super) fn has(&self, url: &str, path: &str) -> bool {
        // Most clients send the normal form.
        if url.strip_prefix(&*self.0) == Some(path) {
            return true;
        }
        split(url).is_some_and(|(origin, rest)| {
            let rest = rest.split(['?', '#']).next().unwrap_or_default();
            let (url, path) = (normal_path(rest), normal_path(path));
            origin == self.0 && url.is_some() && url == path
        })
    }
}

/// Splits a URL into its origin in the normal form, and the rest.
fn split(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let scheme = scheme.to_ascii_lowercase();
    let default_port = match &*scheme {
        "https" => "443",
        "http" => "80",
        _ => return None,
    };
    let (authority, rest) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    // The colons of an IPv6 address are in brackets.
    let port = authority.rfind(':').filter(|colon| !authority.ends_with(']') && *colon > 0);
    let (host, port) = match port {
        Some(colon) => (authority.get(..colon)?, authority.get(colon + 1..)?),
        None => (authority, ""),
    };
    let is_of_host = |byte: u8| {
        byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'[' | b']' | b':')
    };
    if host.is_empty() || !host.bytes().all(is_of_host) || !port.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut origin = format!("{scheme}://{}", host.to_ascii_lowercase());
    if !port.is_empty() && port != default_port {
        origin.push(':');
        origin.push_str(port);
    }
    Some((origin, rest))
}

/// Returns the normal form of a path: `/a/%7eb/../%c3` -> `/a/%C3`. An empty path is `/`. Returns
/// `None` if an escape is not complete.
fn normal_path(path: &str) -> Option<Cow<'_, str>> {
    if path.is_empty() {
        return Some(Cow::Borrowed("/"));
    }
    // A segment of dots always starts after a slash.
    if !path.contains('%') && !path.contains("/.") {
        return Some(Cow::Borrowed(path));
    }
    let decoded = decode_unreserved(path)?;
    let mut segments: Vec<&str> = Vec::new();
    let mut ends_in_slash = false;
    for segment in decoded.split('/').skip(1) {
        ends_in_slash = matches!(segment, "." | "..");
        match segment {
            "." => {}
            ".." => drop(segments.pop()),
            segment => segments.push(segment),
        }
    }
    let mut normal = String::with_capacity(decoded.len());
    for segment in segments {
        normal.push('/');
        normal.push_str(segment);
    }
    if ends_in_slash || normal.is_empty() {
        normal.push('/');
    }
    Some(Cow::Owned(normal))
}

/// Decodes the escaped bytes that need no escape, and writes the others in upper case (RFC 3986
/// sections 6.2.2.1 and 6.2.2.2).
fn decode_unreserved(path: &str) -> Option<String> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let bytes = escape.as_bytes();
        let (high, low) = digit(bytes.get(1)).zip(digit(bytes.get(2)))?;
        match char::from_u32(high << 4 | low) {
            Some(byte) if byte.is_ascii_alphanumeric() || matches!(byte, '-' | '.' | '_' | '~') => {
                out.push(byte);
            }
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{high:X}{low:X}")),
        }
        rest = escape.get(3..).unwrap_or_default();
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn origin_is_parsed_in_the_normal_form() {
        for (text, origin) in [
            ("https://api.example", Some("https://api.example")),
            ("HTTPS://API.Example:443/v1?a#b", Some("https://api.example")),
            ("http://api.example:80", Some("http://api.example")),
            ("http://api.example:443", Some("http://api.example:443")),
            ("http://127.0.0.1:3000/mcp", Some("http://127.0.0.1:3000")),
            ("http://[::1]:3000", Some("http://[::1]:3000")),
            ("https://[2001:DB8::1]", Some("https://[2001:db8::1]")),
            ("https://api.example:", Some("https://api.example")),
            ("https://user@api.example", None),
            ("https://", None),
            ("https:///path", None),
            ("ftp://api.example", None),
            ("api.example", None),
            ("/path", None),
            ("", None),
            ("https://a b", None),
            ("https://api.example:80a", None),
            ("https://\u{e9}.example", None),
        ] {
            assert_eq!(Origin::parse(text), origin.map(|origin| Origin(origin.to_owned())), "{text}");
        }
    }

    /// RFC 9449 section 4.3, RFC 3986 sections 6.2.2 and 6.2.3.
    #[test]
    fn url_must_be_the_path_below_the_origin() {
        let origin = Origin::parse("https://api.example").unwrap();
        for (url, path, same) in [
            ("https://api.example/a/b", "/a/b", true),
            ("https://api.example/a/b?c=d#e", "/a/b", true),
            ("https://api.example/a/b#e?", "/a/b", true),
            ("HTTPS://API.example:443/a/b", "/a/b", true),
            ("https://api.example", "/", true),
            ("https://api.example?a", "/", true),
            ("https://api.example/", "/", true),
            ("https://api.example/%61/%7Eb/%c3%A9", "/a/~b/%C3%a9", true),
            ("https://api.example/a/../b/./c", "/b/c", true),
            ("https://api.example/b", "/a/%2E%2e/b", true),
            ("https://api.example/a/.", "/a/", true),
            ("https://api.example/..", "/", true),
            ("https://api.example/.a/..b", "/.a/..b", true),
            ("https://api.example/a%2Fb", "/a%2fb", true),
            ("https://api.example/a%2Fb", "/a/b", false),
            ("https://api.example/a", "/a/", false),
            ("https://api.example/a", "/A", false),
            ("https://api.example//a", "/a", false),
            ("https://api.example/a%", "/a%", true),
            ("https://api.example/a%zz", "/a%ZZ", false),
            ("https://api.example/%61%", "/a%", false),
            ("http://api.example/a", "/a", false),
            ("https://api.example:444/a", "/a", false),
            ("https://api.example.evil/a", "/a", false),
            ("https://api.example@evil.example/a", "/a", false),
            ("https://api.exampl%65/a", "/a", false),
            ("https://evil.example/a", "/a", false),
            ("//api.example/a", "/a", false),
            ("/a", "/a", false),
            ("", "", false),
        ] {
            assert_eq!(origin.has(url, path), same, "{url} {path}");
        }
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn normal_form_is_stable(path in "(/|\\.|%2[eE]|%41|%c3|a|\u{e9}){0,12}") {
            let path = format!("/{path}");
            let normal = normal_path(&path).unwrap().into_owned();
            prop_assert_eq!(&*normal_path(&normal).unwrap(), &normal);
            prop_assert!(!normal.contains("/./") && !normal.contains("/../"));
            let url = format!("https://api.example{path}");
            prop_assert!(Origin::parse("https://api.example").unwrap().has(&url, &path));
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_text_never_panics(url in any::<String>(), path in any::<String>()) {
            let parsed = Origin::parse(&url);
            let origin = Origin::parse("https://api.example").unwrap();
            prop_assert!(parsed.is_none() || !origin.has(&url, "/never"));
            origin.has(&format!("https://api.example/{url}"), &path);
        }
    }
}
