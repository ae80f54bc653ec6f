//! The answer of the endpoint (RFC 7662 section 2.2).

use std::fmt;

use serde::de::{Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::call::Failure;
use super::introspector::Introspected;
use crate::jws::claims::{Audience, Claims};
use crate::jws::member::{Names, Text, once};

/// Reads an answer.
///
/// # Errors
///
/// Returns [`Failure`] if the answer does not state whether the token is active, or if it states a
/// registered claim with the wrong type. This is a mistake of the issuer, not of the client.
pub(super) fn read(text: &str) -> Result<Introspected, Failure> {
    let mut json = serde_json::Deserializer::from_str(text);
    let answer = json.deserialize_map(ReadAnswer).and_then(|answer| json.end().map(|()| answer));
    let answer = answer.map_err(|error| Failure::outage(format!("the answer cannot be read: {error}")))?;
    if !answer.is_active {
        return Ok(Introspected::Inactive);
    }
    if Claims::read(text.as_bytes(), &Audience::Any).is_err() {
        return Err(Failure::of_token("a registered claim of the answer has the wrong type"));
    }
    Ok(Introspected::Active(match answer.client_id {
        Some(client) if !answer.has_subject => with_subject(text, client).into(),
        _ => text.into(),
    }))
}

/// Adds the `client_id` as the `sub`.
fn with_subject(text: &str, client: &RawValue) -> String {
    let members = text.trim_start().trim_start_matches('{');
    format!("{{\"sub\":{client},{members}")
}

/// The members that decide how the others are read.
struct Answer<'de> {
    is_active: bool,
    has_subject: bool,
    client_id: Option<&'de RawValue>,
}

struct ReadAnswer;

impl<'de> Visitor<'de> for ReadAnswer {
    type Value = Answer<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Answer<'de>, A::Error> {
        let (mut is_active, mut subject, mut client_id) = (None, None, None);
        let mut others = Names::new();
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "active" => {
                    let value: &RawValue = map.next_value()?;
                    let value = serde_json::from_str(value.get());
                    once(&mut is_active, value.map_err(|_| Error::custom("`active` is not a Boolean"))?)?;
                }
                "sub" => once(&mut subject, map.next_value::<IgnoredAny>()?)?,
                "client_id" => once(&mut client_id, map.next_value::<&RawValue>()?)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    others.add(name)?;
                }
            }
        }
        let is_active = is_active.ok_or_else(|| Error::custom("`active` is missing"))?;
        Ok(Answer { is_active, has_subject: subject.is_some(), client_id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn active(text: &str) -> Option<String> {
        match read(text) {
            Ok(Introspected::Active(claims)) => Some(claims.to_string()),
            _ => None,
        }
    }

    #[test]
    fn client_id_is_the_subject_of_an_answer_without_one() {
        for (text, expected) in [
            (r#" { "active":true,"client_id":"a"}"#, r#"{"sub":"a", "active":true,"client_id":"a"}"#),
            (r#"{"active":true,"client_id":"a","sub":"b"}"#, r#"{"active":true,"client_id":"a","sub":"b"}"#),
            (
                r#"{"active":true,"client_id":"a","sub":null}"#,
                r#"{"active":true,"client_id":"a","sub":null}"#,
            ),
            (r#"{"active":true}"#, r#"{"active":true}"#),
        ] {
            assert_eq!(active(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn only_the_boolean_true_is_active() {
        for text in [
            r#"{"active":"true"}"#,
            r#"{"active":1}"#,
            r#"{"active":null}"#,
            r#"{"active":[true]}"#,
            r#"{"active":false}"#,
            r#"{"active":true,"active":true}"#,
            r#"{"active":true,"sub":"a","sub":"b"}"#,
            r#"{"active":true,"exp":"soon"}"#,
            r#"{"active":true,"aud":[1]}"#,
            r#"{"active":true"#,
            r#"{"active":true}{}"#,
            "[true]",
            "true",
            "{}",
            "<html></html>",
            "",
        ] {
            assert_eq!(active(text), None, "{text}");
            assert_eq!(read(text).is_ok(), text == r#"{"active":false}"#, "{text}");
        }
    }
}
