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

/// `acr`: the authentication context class.
pub(super) struct Class<'de>(Text<'de>);

impl Class<'_> {
    pub(super) fn into_text(self) -> Box<str> {
        self.0.0.into()
    }
}

impl<'de> Deserialize<'de> for Class<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let class = Text::deserialize(deserializer)?;
        if class.0.len() > LONGEST_CLASS {
            return Err(Error::custom("too long"));
        }
        Ok(Self(class))
    }
}

/// `amr`: the authentication methods.
pub(super) struct Methods<'de>(Vec<Text<'de>>);

impl<'de> Methods<'de> {
    pub(super) fn into_texts(self) -> impl Iterator<Item = Box<str>> + use<'de> {
        self.0.into_iter().map(|method| method.0.into())
    }
}

impl<'de> Deserialize<'de> for Methods<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MethodsVisitor;

        impl<'de> Visitor<'de> for MethodsVisitor {
            type Value = Methods<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an array of strings")
            }

            // Stops at the limit. `Vec` would first read all elements.
            fn visit_seq<A: SeqAccess<'de>>(self, mut methods: A) -> Result<Self::Value, A::Error> {
                let mut read = Vec::new();
                while let Some(method) = methods.next_element::<Text<'de>>()? {
                    if read.len() == MOST_METHODS || method.0.len() > LONGEST_METHOD {
                        return Err(Error::custom("too long"));
                    }
                    read.push(method);
                }
                Ok(Methods(read))
            }
        }

        deserializer.deserialize_seq(MethodsVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acr_is_a_bounded_string_and_amr_a_bounded_array_of_strings() {
        let class = |json: &str| serde_json::from_str::<Class<'_>>(json).map(Class::into_text).ok();
        assert_eq!(class("\"urn:gold\"").as_deref(), Some("urn:gold"));
        assert_eq!(class("\"\\u0061\"").as_deref(), Some("a"));
        let long = |length| format!("\"{}\"", "a".repeat(length));
        assert!(class(&long(LONGEST_CLASS)).is_some());
        for wrong in ["1", "null", "true", "[\"a\"]", "{}", &long(LONGEST_CLASS + 1)] {
            assert_eq!(class(wrong), None, "{wrong}");
        }

        let methods = |json: &str| {
            serde_json::from_str::<Methods<'_>>(json).map(|methods| methods.into_texts().count()).ok()
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
