use std::borrow::Cow;
use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, PercentEncode, utf8_percent_encode};
use serde::{Deserialize, Deserializer};

/// The path to return to after signing in: a path on this site, or nothing.
///
/// It is created from untrusted text and keeps only text that leads to this site. It drops
/// `//evil.example`, `/\evil.example` and `https:evil.example`. It also drops text with a control
/// character, a space, or a character that browsers would have encoded. A login form therefore
/// needs no other check.
///
/// # Examples
///
/// ```
/// use authgate::credentials::ReturnTo;
///
/// #[derive(serde::Deserialize)]
/// struct Login {
///     username: String,
///     password: String,
///     #[serde(default)]
///     return_to: ReturnTo,
/// }
///
/// assert_eq!(ReturnTo::new("/reports?page=2").path_or("/"), "/reports?page=2");
/// assert_eq!(ReturnTo::new("//evil.example").path_or("/"), "/");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReturnTo(Option<Box<str>>);

/// The maximum length of a path, in bytes.
const LONGEST: usize = 2048;

impl ReturnTo {
    /// Creates a value from untrusted text. The text is kept if it is a path on this site, with or
    /// without a query and a fragment.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self(is_on_this_site(text).then(|| text.into()))
    }

    /// Returns the path, if there is one.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Returns the path, or `default`.
    #[must_use]
    pub fn path_or<'a>(&'a self, default: &'a str) -> &'a str {
        self.path().unwrap_or(default)
    }

    /// Returns the path, escaped for an attribute or text of an HTML page. Empty if there is no
    /// path.
    #[must_use]
    pub fn html(&self) -> impl fmt::Display + '_ {
        self.path_or_nothing().replace('&', "&amp;").replace('\'', "&#39;")
    }

    /// Returns the path, encoded as a value in a query.
    pub(crate) fn encoded(&self) -> PercentEncode<'_> {
        in_query(self.path_or_nothing())
    }

    fn path_or_nothing(&self) -> &str {
        self.path().unwrap_or_default()
    }
}

/// The bytes that [`in_query`] encodes.
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Encodes a text as a value in a query: `/a?b` -> `/a%3Fb`.
pub(crate) fn in_query(text: &str) -> PercentEncode<'_> {
    utf8_percent_encode(text, QUERY_VALUE)
}

/// Returns `true` if the text is a path on this site. Browsers treat `\` as `/` and remove control
/// characters before they parse a target. Two slashes at the start make the rest a host (WHATWG URL
/// section 4.4).
fn is_on_this_site(text: &str) -> bool {
    let harmless = |byte| matches!(byte, b'!'..=b'~') && !matches!(byte, b'\\' | b'"' | b'<' | b'>');
    text.len() <= LONGEST && text.starts_with('/') && !text.starts_with("//") && text.bytes().all(harmless)
}

/// Drops text that is not a path on this site, without an error.
impl<'de> Deserialize<'de> for ReturnTo {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keeps_paths_on_the_same_site() {
        for text in ["/", "/a", "/a/b?c=d&e=%2F%2F", "/a#b", "/.//evil", "/%0a", "/a//b", "/@evil", "/a:80"] {
            assert_eq!(ReturnTo::new(text).path(), Some(text));
        }
    }

    #[test]
    fn drops_values_that_are_not_local_paths() {
        for text in [
            "",
            "a",
            "//evil",
            "///evil",
            "/\\evil",
            "\\evil",
            "\\\\evil",
            "https:evil",
            "https://evil",
            "/\t/evil",
            "/\n/evil",
            "\n//evil",
            " //evil",
            "/a\r\nSet-Cookie: a=b",
            "/a b",
            "/\u{e9}",
            "/\u{2028}",
            "/\"",
            "/<b>",
            "javascript:alert(1)",
            "?a",
            "#a",
            "/\0",
            "\u{ff0f}\u{ff0f}evil",
        ] {
            assert_eq!(ReturnTo::new(text).path(), None, "{text:?}");
        }
        assert_eq!(ReturnTo::new(&format!("/{}", "a".repeat(LONGEST))).path(), None);
    }

    #[test]
    fn path_is_escaped_for_query_and_html() {
        let path = ReturnTo::new("/a?b=c&copy='d'");
        assert_eq!(path.encoded().to_string(), "/a%3Fb%3Dc%26copy%3D%27d%27");
        assert_eq!(path.html().to_string(), "/a?b=c&amp;copy=&#39;d&#39;");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn kept_path_never_has_a_host(text in "[/\\\\a-z:@.?# \t\n]{0,12}") {
            if let Some(path) = ReturnTo::new(&text).path() {
                prop_assert!(path.starts_with('/'));
                prop_assert!(!path[1..].starts_with(['/', '\\']));
            }
        }
    }
}
