//! The strength of the caller's login, as stated by the issuer (`OpenID` Connect Core section 2).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, SeqAccess, Visitor};

use crate::jws::member::Text;

/// The maximum length of a class, in bytes. Most are short, some are URIs.
const LONGEST_CLASS: usize = 1024;
/// The maximum length of a method, in bytes. Registered methods have up to seven (RFC 8176).
const LONGEST_METHOD: usize = 128;
/// The maximum number of methods.
const MOST_METHODS: usize = 32;

/// `acr`: the authentication context class. One that is too long is unknown.
pub(super) struct Class<'de>(Text<'de>);

impl Class<'_> {
    pub(super) fn text(&self) -> Box<str> {
        Box::from(&*self.0.0)
    }
}

impl<'de> Deserialize<'de> for Class<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bounded(deserializer, LONGEST_CLASS).map(Self)
    }
}

/// `amr`: the authentication methods. A list with another element, or one that is too long, is
/// unknown.
pub(super) struct Methods<'de>(Vec<Method<'de>>);

struct Method<'de>(Text<'de>);

impl Methods<'_> {
    pub(super) fn texts(&self) -> impl Iterator<Item = Box<str>> {
        self.0.iter().map(|method| Box::from(&*method.0.0))
    }
}

impl<'de> Deserialize<'de> for Method<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bounded(deserializer, LONGEST_METHOD).map(Self)
    }
}

impl<'de> Deserialize<'de> for Methods<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(MethodsVisitor)
    }
}

/// Keeps no more methods than the limit.
struct MethodsVisitor;

impl<'de> Visitor<'de> for MethodsVisitor {
    type Value = Methods<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an array of strings")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Methods<'de>, A::Error> {
        let mut methods = Vec::new();
        while let Some(method) = list.next_element()? {
            if methods.len() == MOST_METHODS {
                return Err(A::Error::custom("too many methods"));
            }
            methods.push(method);
        }
        Ok(Methods(methods))
    }
}

/// Reads a string of at most this length in bytes.
pub(super) fn bounded<'de, D: Deserializer<'de>>(
    deserializer: D,
    longest: usize,
) -> Result<Text<'de>, D::Error> {
    let text = Text::deserialize(deserializer)?;
    if text.0.len() <= longest { Ok(text) } else { Err(Error::custom("too long")) }
}

#[cfg(test)]
mod tests {
    use super::super::lenient::Lenient;
    use super::*;

    #[test]
    fn acr_is_a_bounded_string_and_amr_a_bounded_array_of_strings() {
        let class = |json: &str| {
            serde_json::from_str::<Lenient<Class<'_>>>(json).unwrap().0.as_ref().map(Class::text)
        };
        assert_eq!(class("\"urn:gold\"").as_deref(), Some("urn:gold"));
        assert_eq!(class("\"\\u0061\"").as_deref(), Some("a"));
        let long = |length| format!("\"{}\"", "a".repeat(length));
        assert!(class(&long(LONGEST_CLASS)).is_some());
        for wrong in ["1", "null", "true", "[\"a\"]", "{}", &long(LONGEST_CLASS + 1)] {
            assert_eq!(class(wrong), None, "{wrong}");
        }

        let methods = |json: &str| {
            serde_json::from_str::<Lenient<Methods<'_>>>(json)
                .unwrap()
                .0
                .map(|methods| methods.texts().count())
        };
        let array = |count, method: &str| format!("[{}]", vec![method; count].join(","));
        assert_eq!(methods("[]"), Some(0));
        assert_eq!(methods("[\"pwd\", \"\\u006ftp\"]"), Some(2));
        assert_eq!(methods(&array(MOST_METHODS, &long(LONGEST_METHOD))), Some(MOST_METHODS));
        for wrong in [
            "\"pwd\"",
            "null",
            "{}",
            "[1]",
            "[\"pwd\", null]",
            "[[\"pwd\"]]",
            &array(MOST_METHODS + 1, "\"a\""),
            &array(1, &long(LONGEST_METHOD + 1)),
        ] {
            assert_eq!(methods(wrong), None, "{wrong}");
        }
    }
}
