//! The one claim that is read before the signature is verified.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, Error, IgnoredAny, MapAccess, Visitor};

use crate::denial::Fault;
use crate::jws::member::Text;

/// Reads the `iss` of a payload whose signature is not verified yet, to choose the issuer whose keys the
/// token is verified with (RFC 8725 section 3.8). Nothing else may be decided by it: the verified claims
/// say who has issued the token.
///
/// Stops at the first `iss`. Duplicate names are found when the claims are read.
///
/// # Errors
///
/// Returns [`Fault::Malformed`] if the payload is not a JSON object or `iss` is not a string, and
/// [`Fault::WrongIssuer`] if there is no `iss`.
pub(in crate::jws) fn unverified_issuer(payload: &[u8]) -> Result<Cow<'_, str>, Fault> {
    let text = std::str::from_utf8(payload).map_err(|_| Fault::Malformed)?;
    let mut issuer = None;
    let read = serde_json::Deserializer::from_str(text).deserialize_map(FindIssuer(&mut issuer));
    match (issuer, read) {
        // The visitor stops before the end, which the parser reports as an error.
        (Some(issuer), _) => Ok(issuer),
        (None, Ok(())) => Err(Fault::WrongIssuer),
        (None, Err(_)) => Err(Fault::Malformed),
    }
}

struct FindIssuer<'slot, 'de>(&'slot mut Option<Cow<'de, str>>);

impl<'de> Visitor<'de> for FindIssuer<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            if name == "iss" {
                let Text(issuer) = map.next_value()?;
                *self.0 = Some(issuer);
                return Err(A::Error::custom("found"));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_issuer_wherever_it_is() {
        for (payload, issuer) in [
            (r#"{"iss":"a"}"#, Ok("a")),
            (r#"{"sub":{"iss":"b"},"iss":"a","x":1}"#, Ok("a")),
            (r#"{"\u0069ss":"\u0061"}"#, Ok("a")),
            (r#"{"iss":"a","iss":"b"}"#, Ok("a")),
            (r#"{"sub":"a"}"#, Err(Fault::WrongIssuer)),
            ("{}", Err(Fault::WrongIssuer)),
            (r#"{"iss":1}"#, Err(Fault::Malformed)),
            (r#"{"iss":["a"]}"#, Err(Fault::Malformed)),
            (r#"["iss","a"]"#, Err(Fault::Malformed)),
            ("", Err(Fault::Malformed)),
            (r#"{"sub":"#, Err(Fault::Malformed)),
        ] {
            assert_eq!(
                unverified_issuer(payload.as_bytes()).as_deref(),
                issuer.as_ref().copied(),
                "{payload}"
            );
        }
        assert_eq!(unverified_issuer(b"{\"iss\":\"a\",\"x\":\"\xff\"}"), Err(Fault::Malformed));
        let deep = format!("{{\"x\":{}{},\"iss\":\"a\"}}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(unverified_issuer(deep.as_bytes()).as_deref(), Ok("a"), "nesting takes no stack");
    }
}
