//! The scopes of a token as one text.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, SeqAccess, Visitor};

use crate::jws::member::Text;

/// Scopes with spaces between: a string (RFC 8693 section 4.2), or an array, which some issuers
/// send.
pub(super) struct ScopeText<'de>(Cow<'de, str>);

impl ScopeText<'_> {
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for ScopeText<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ReadScopes).map(Self)
    }
}

struct ReadScopes;

impl<'de> Visitor<'de> for ReadScopes {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(text.into())
    }

    fn visit_str<E>(self, text: &str) -> Result<Cow<'de, str>, E> {
        Ok(text.to_owned().into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut scopes: A) -> Result<Cow<'de, str>, A::Error> {
        let mut all = String::new();
        while let Some(Text(scope)) = scopes.next_element()? {
            if !all.is_empty() {
                all.push(' ');
            }
            all.push_str(&scope);
        }
        Ok(all.into())
    }
}
