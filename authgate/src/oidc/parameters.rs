//! Parameters in the form `application/x-www-form-urlencoded`.

use std::fmt;

use axum::body::{Body, to_bytes};
use percent_encoding::percent_decode_str;

/// The maximum length of a form, in bytes. An ID token in it may have several KiB.
const MOST_BYTES: usize = 64 * 1024;

/// The maximum number of parameters.
const MOST: usize = 64;

/// The parameters of a query or a form.
#[derive(Default)]
pub(super) struct Parameters(Vec<(String, String)>);

impl Parameters {
    /// Parses the parameters. One without a value counts as missing (RFC 6749 section 3.1).
    ///
    /// Returns `None` if the text is not in this form.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut all = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            if all.len() == MOST {
                return None;
            }
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            let (name, value) = (decoded(name)?, decoded(value)?);
            if !value.is_empty() {
                all.push((name, value));
            }
        }
        Some(Self(all))
    }

    /// Reads the parameters of a form.
    pub(super) async fn of_form(body: Body) -> Option<Self> {
        let bytes = to_bytes(body, MOST_BYTES).await.ok()?;
        Self::parse(std::str::from_utf8(&bytes).ok()?)
    }

    /// Returns `true` if a name occurs twice, which is an error (RFC 6749 section 3.1).
    pub(super) fn has_duplicates(&self) -> bool {
        let others = |index: usize| self.0.iter().take(index);
        self.0.iter().enumerate().any(|(index, (name, _))| others(index).any(|(other, _)| other == name))
    }

    /// Returns the first value of a parameter.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }
}

/// Omits the values, which may be secret.
impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// Decodes a name or a value: `a+b%2B` -> `a b+`.
fn decoded(text: &str) -> Option<String> {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8().ok().map(std::borrow::Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_text_never_panics(text in any::<String>(), pairs in "([a-c%+]{0,3}=?&?){0,80}") {
            for text in [text, pairs] {
                let parsed = Parameters::parse(&text);
                prop_assert!(parsed.is_none_or(|parsed| parsed.0.len() <= MOST));
            }
        }
    }

    #[test]
    fn parameters_are_decoded_and_bounded() {
        let parameters = Parameters::parse("a=1+2%2B&b=&c&d=%C3%A9&&a=3").unwrap();
        assert_eq!(parameters.get("a"), Some("1 2+"));
        assert_eq!((parameters.get("b"), parameters.get("c")), (None, None));
        assert_eq!(parameters.get("d"), Some("\u{e9}"));
        assert!(parameters.has_duplicates());
        assert!(!Parameters::parse("a=1&b=&b=2").unwrap().has_duplicates(), "one has no value");
        assert!(Parameters::parse("").unwrap().get("").is_none());
        assert!(Parameters::parse("a=%ff").is_none());
        assert!(Parameters::parse(&"a=1&".repeat(MOST)).is_some());
        assert!(Parameters::parse(&"a=1&".repeat(MOST + 1)).is_none());
        assert_eq!(format!("{parameters:?}"), "[\"a\", \"d\", \"a\"]");
    }
}
