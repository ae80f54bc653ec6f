//! The claims that name what a revocation applies to: the subject and the time of issue.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use super::NumericDate;
use super::lenient::Lenient;
use crate::jws::member::{self, Text};

/// `sub` and `iat` of a verified token. They are read apart from the other claims, because only
/// tokens whose revocation is looked up need them.
#[derive(Default)]
pub(in crate::jws) struct Revocable<'de> {
    pub(super) subject: Option<Cow<'de, str>>,
    pub(super) issued: Option<NumericDate>,
}

impl<'de> Revocable<'de> {
    pub(in crate::jws) fn read(payload: &'de [u8]) -> Self {
        member::read(payload, |json| json.deserialize_map(ReadRevocable)).unwrap_or_default()
    }
}

struct ReadRevocable;

impl<'de> Visitor<'de> for ReadRevocable {
    type Value = Revocable<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Revocable<'de>, A::Error> {
        let mut found = Revocable::default();
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "sub" => found.subject = map.next_value::<Lenient<Text<'de>>>()?.0.map(|text| text.0),
                "iat" => found.issued = map.next_value::<Lenient<NumericDate>>()?.0,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(found)
    }
}
