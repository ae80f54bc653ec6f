//! `cnf`: the key whose possession the sender of a token must prove (RFC 7800 section 3.1).

use std::fmt;

use serde::de::{Deserializer as _, Error as _, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::jws::Thumbprint;
use crate::jws::member::{Text, once};

/// Returns the thumbprint of the key, if `jkt` is the only confirmation method (RFC 9449 section
/// 6.1). Another method would require another proof.
pub(super) fn read(claim: &RawValue) -> Option<Thumbprint> {
    let mut json = serde_json::Deserializer::from_str(claim.get());
    json.deserialize_map(ReadThumbprint).ok()
}

struct ReadThumbprint;

impl<'de> Visitor<'de> for ReadThumbprint {
    type Value = Thumbprint;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a confirmation with `jkt` only")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Thumbprint, A::Error> {
        let mut key = None;
        while let Some(Text(name)) = map.next_key()? {
            if name != "jkt" {
                return Err(A::Error::custom("another confirmation method"));
            }
            let Text(text) = map.next_value()?;
            once(&mut key, Thumbprint::parse(&text))?;
        }
        key.flatten().ok_or_else(|| A::Error::custom("not a thumbprint"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_a_thumbprint_that_is_the_only_method() {
        let jkt = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let other = "1ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        for (claim, key) in [
            (format!(r#"{{"jkt":"{jkt}"}}"#), Some(jkt)),
            (format!(r#" {{ "\u006akt" : "{jkt}" }} "#), Some(jkt)),
            (format!(r#"{{"jkt":"{jkt}","x5t#S256":"{jkt}"}}"#), None),
            (format!(r#"{{"x5t#S256":"{jkt}"}}"#), None),
            (format!(r#"{{"jkt":"{jkt}","jkt":"{jkt}"}}"#), None),
            (format!(r#"{{"jkt":"{jkt}","jkt":"{other}"}}"#), None),
            (format!(r#"{{"jkt":"{jkt}="}}"#), None),
            (format!(r#"{{"jkt":"{}"}}"#, &jkt[1..]), None),
            (format!(r#"{{"jkt":["{jkt}"]}}"#), None),
            (format!(r#"["{jkt}"]"#), None),
            (format!("\"{jkt}\""), None),
            (r#"{"jkt":""}"#.to_owned(), None),
            ("{}".to_owned(), None),
            ("null".to_owned(), None),
            ("[".repeat(9) + &"]".repeat(9), None),
        ] {
            let raw: &RawValue = serde_json::from_str(&claim).unwrap();
            assert_eq!(read(raw).map(|key| key.to_string()).as_deref(), key, "{claim}");
        }
    }
}
