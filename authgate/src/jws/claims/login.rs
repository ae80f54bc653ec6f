//! The strength of the caller's login, as stated by the issuer (`OpenID` Connect Core section 2).

use serde::de::SeqAccess;

use super::lenient::{FromClaim, Lenient};
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
    pub(super) fn into_text(self) -> Box<str> {
        self.0.0.into()
    }
}

impl<'de> FromClaim<'de> for Class<'de> {
    fn from_text(text: Text<'de>) -> Option<Self> {
        (text.0.len() <= LONGEST_CLASS).then_some(Self(text))
    }
}

/// `amr`: the authentication methods. A list with another element, or one that is too long, is
/// unknown.
pub(super) struct Methods<'de>(Vec<Text<'de>>);

impl<'de> Methods<'de> {
    pub(super) fn into_texts(self) -> impl Iterator<Item = Box<str>> + use<'de> {
        self.0.into_iter().map(|method| method.0.into())
    }
}

impl<'de> FromClaim<'de> for Methods<'de> {
    // Keeps no more than the limit, but reads all elements.
    fn from_list<A: SeqAccess<'de>>(mut list: A) -> Result<Option<Self>, A::Error> {
        let mut methods = Some(Vec::new());
        while let Some(Lenient(method)) = list.next_element::<Lenient<Text<'de>>>()? {
            let method = method.filter(|method| method.0.len() <= LONGEST_METHOD);
            methods = methods.zip(method).and_then(|(mut methods, method)| {
                methods.push(method);
                (methods.len() <= MOST_METHODS).then_some(methods)
            });
        }
        Ok(methods.map(Self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn acr_is_a_bounded_string_and_amr_a_bounded_array_of_strings() {
        let class =
            |json: &str| serde_json::from_str::<Lenient<Class<'_>>>(json).unwrap().0.map(Class::into_text);
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
                .map(|methods| methods.into_texts().count())
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
