//! `act`: the party that acts for the subject (RFC 8693 section 4.1).

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::login::bounded;
use crate::jws::member::{Text, once};
use crate::right::Actor;

/// The maximum length of the subject and of the issuer, in bytes.
const LONGEST: usize = 1024;

/// Reads the claim. `null` states no actor. Any other value states that there is one: a delegated
/// token must not look like a direct one.
pub(super) fn read(claim: &RawValue) -> Option<Actor> {
    if claim.get() == "null" {
        return None;
    }
    let mut json = serde_json::Deserializer::from_str(claim.get());
    let read = json.deserialize_map(ReadActor);
    Some(read.unwrap_or_else(|_| Actor::new(None)))
}

struct ReadActor;

impl<'de> Visitor<'de> for ReadActor {
    type Value = Actor;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an actor")
    }

    /// Ignores the members that do not identify the actor, and earlier actors among them.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Actor, A::Error> {
        let (mut subject, mut issuer) = (None, None);
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "sub" => once(&mut subject, map.next_value::<Part>()?)?,
                "iss" => once(&mut issuer, map.next_value::<Part>()?)?,
                _ => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        let text = |part: Option<Part>| part.map(|part| part.0).filter(|text| !text.is_empty());
        Ok(Actor::new(text(subject)).with_issuer(text(issuer)))
    }
}

/// The subject or the issuer.
struct Part(Box<str>);

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        bounded(deserializer, LONGEST).map(|text| Self(text.0.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn actor(claim: &str) -> Option<Actor> {
        read(serde_json::from_str(claim).unwrap())
    }

    #[test]
    fn reads_the_outermost_actor() {
        let gateway = || Actor::new(Box::from("gateway"));
        for claim in [
            r#"{"sub":"gateway"}"#,
            r#"{"act":{"sub":"earlier","iss":"x"},"exp":"never","sub":"gate\u0077ay"}"#,
            r#"{"sub":"gateway","iss":"","exp":1e999}"#,
        ] {
            assert_eq!(actor(claim), Some(gateway()), "{claim}");
        }
        let issued = r#"{"iss":"https://issuer.example","sub":"gateway"}"#;
        assert_eq!(actor(issued), Some(gateway().with_issuer(Box::from("https://issuer.example"))));
        assert_eq!(actor("null"), None);
    }

    #[test]
    fn unreadable_claim_is_an_unknown_actor() {
        let long = format!(r#"{{"sub":"{}"}}"#, "a".repeat(LONGEST + 1));
        let deep = "[".repeat(10_000) + &"]".repeat(10_000);
        let deep_member = format!(r#"{{"act":{deep}}}"#);
        for claim in [
            "{}",
            "true",
            "1e999",
            "\"gateway\"",
            "[{\"sub\":\"gateway\"}]",
            r#"{"sub":1}"#,
            r#"{"sub":null}"#,
            r#"{"sub":""}"#,
            r#"{"sub":"\ud800"}"#,
            r#"{"sub":"a","sub":"b"}"#,
            r#"{"sub":"a","iss":["b"]}"#,
            &long,
            &deep,
            &deep_member,
        ] {
            assert_eq!(actor(claim), Some(Actor::new(None)), "{claim:.50}");
        }
    }
}
