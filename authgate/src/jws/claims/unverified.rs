//! Reads the one claim that is needed before the signature is verified.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};

use crate::jws::member::{self, Text};
use crate::right::CredentialError;

/// Reads the `iss` of a payload whose signature is not verified yet. It selects the issuer whose
/// keys verify the token (RFC 8725 section 3.8) and must not be used for anything else. After
/// verification, the issuer is read from the verified claims.
///
/// Returns the first `iss`. Duplicate names are rejected when the claims are read.
///
/// # Errors
///
/// Returns [`CredentialError::Malformed`] if the payload is not a JSON object or `iss` is not a
/// string. Returns [`CredentialError::WrongIssuer`] if `iss` is missing.
pub(in crate::jws) fn unverified_issuer(payload: &[u8]) -> Result<Cow<'_, str>, CredentialError> {
    member::read(payload, |json| json.deserialize_map(FindIssuer))?.ok_or(CredentialError::WrongIssuer)
}

struct FindIssuer;

impl<'de> Visitor<'de> for FindIssuer {
    type Value = Option<Cow<'de, str>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while let Some(Text(name)) = map.next_key()? {
            if name == "iss" {
                let Text(issuer) = map.next_value()?;
                // Read to the end. Stopping early is an error to the parser, which costs
                // allocations.
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                return Ok(Some(issuer));
            }
            map.next_value::<IgnoredAny>()?;
        }
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_issuer_at_any_position() {
        for (payload, issuer) in [
            (r#"{"iss":"a"}"#, Ok("a")),
            (r#"{"sub":{"iss":"b"},"iss":"a","x":1}"#, Ok("a")),
            (r#"{"\u0069ss":"\u0061"}"#, Ok("a")),
            (r#"{"iss":"a","iss":"b"}"#, Ok("a")),
            (r#"{"sub":"a"}"#, Err(CredentialError::WrongIssuer)),
            ("{}", Err(CredentialError::WrongIssuer)),
            (r#"{"iss":1}"#, Err(CredentialError::Malformed)),
            (r#"{"iss":["a"]}"#, Err(CredentialError::Malformed)),
            (r#"["iss","a"]"#, Err(CredentialError::Malformed)),
            ("", Err(CredentialError::Malformed)),
            (r#"{"sub":"#, Err(CredentialError::Malformed)),
            (r#"{"iss":"a","sub":"#, Err(CredentialError::Malformed)),
            (r#"{"iss":"a"}{}"#, Err(CredentialError::Malformed)),
        ] {
            assert_eq!(
                unverified_issuer(payload.as_bytes()).as_deref(),
                issuer.as_ref().copied(),
                "{payload}"
            );
        }
        assert_eq!(unverified_issuer(b"{\"iss\":\"a\",\"x\":\"\xff\"}"), Err(CredentialError::Malformed));
        let deep = format!("{{\"x\":{}{},\"iss\":\"a\"}}", "[".repeat(20_000), "]".repeat(20_000));
        assert_eq!(unverified_issuer(deep.as_bytes()).as_deref(), Ok("a"), "nesting takes no stack");
    }
}
