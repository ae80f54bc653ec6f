//! A JWS with the public key of its signature in its header, as `jwk` (RFC 7515 section 4.1.3).
//!
//! Such a signature proves only that the sender has the private key. The key must be compared with
//! one that is known from elsewhere, such as the `cnf` of a token.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, IgnoredAny, MapAccess, Visitor};
use serde_json::{Map, Value};

use super::compact::{Compact, decoded};
use super::header::Header;
use super::key::Key;
use super::member::{self, Text, once};
use super::public::{PRIVATE_MEMBERS, parse_jwk};
use super::{Algorithm, Thumbprint};

/// The maximum size, in bytes. A proof with an RSA key of 8192 bits has 6 KiB.
const MOST_BYTES: usize = 8 * 1024;

/// The verified content of a JWS that is signed with the key in its header.
pub(crate) struct SelfSigned {
    /// Identifies the key.
    pub(crate) key: Thumbprint,
    /// The decoded payload, which is not parsed yet.
    pub(crate) payload: Vec<u8>,
}

impl SelfSigned {
    /// Verifies a JWS with this `typ` and one of these algorithms.
    ///
    /// # Errors
    ///
    /// Returns the name of the failed check.
    pub(crate) fn verify(
        jws: &[u8],
        token_type: &str,
        algorithms: &[Algorithm],
    ) -> Result<Self, &'static str> {
        if jws.len() > MOST_BYTES {
            return Err("form");
        }
        let compact = Compact::split(jws).map_err(|_| "form")?;
        compact.check().map_err(|_| "form")?;
        let key = decoded(compact.header, |json| Ok(key_in(json, token_type, algorithms)));
        let key = key.map_err(|_| "form")??;
        let is_valid = decoded(compact.signature, |signature| Ok(key.verifies(compact.signed, signature)));
        if is_valid != Ok(true) {
            return Err("signature");
        }
        let payload = decoded(compact.payload, |payload| Ok(payload.to_vec())).map_err(|_| "form")?;
        Ok(Self { key: key.thumbprint().ok_or("key")?, payload })
    }
}

/// Omits the payload.
impl fmt::Debug for SelfSigned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SelfSigned").field("key", &self.key).finish_non_exhaustive()
    }
}

/// Returns the key in a header, for the algorithm of the header.
fn key_in(json: &[u8], token_type: &str, algorithms: &[Algorithm]) -> Result<Key, &'static str> {
    let header = Header::read(json).map_err(|_| "header")?;
    // The prefix `application/` is optional (RFC 7515 section 4.1.9).
    let is_of_type = |typ: &str| {
        let typ = typ.split_at_checked(12).filter(|(prefix, _)| prefix.eq_ignore_ascii_case("application/"));
        typ.is_some_and(|(_, name)| name.eq_ignore_ascii_case(token_type))
    };
    let typ = header.token_type.as_deref().unwrap_or_default();
    if !typ.eq_ignore_ascii_case(token_type) && !is_of_type(typ) {
        return Err("type");
    }
    if !algorithms.contains(&header.algorithm) {
        return Err("algorithm");
    }
    let jwk = member::read(json, |json| json.deserialize_map(FindJwk)).map_err(|_| "key")?.ok_or("key")?;
    if PRIVATE_MEMBERS.iter().any(|name| jwk.contains_key(*name)) {
        return Err("private key");
    }
    let key = parse_jwk(&jwk).ok().flatten().ok_or("key")?;
    key.used_with(header.algorithm).ok_or("key")
}

/// Finds `jwk` in a header whose names are already known to be distinct.
struct FindJwk;

impl<'de> Visitor<'de> for FindJwk {
    type Value = Option<Map<String, Value>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut jwk = None;
        while let Some(Text(name)) = map.next_key()? {
            if name == "jwk" {
                once(&mut jwk, map.next_value::<Jwk>()?.0)?;
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(jwk)
    }
}

/// A JWK, in which each name occurs once (RFC 7517 section 4).
struct Jwk(Map<String, Value>);

impl<'de> Deserialize<'de> for Jwk {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(ReadJwk)
    }
}

struct ReadJwk;

impl<'de> Visitor<'de> for ReadJwk {
    type Value = Jwk;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWK")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Jwk, A::Error> {
        let mut jwk = Map::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if jwk.insert(name, value).is_some() {
                return Err(A::Error::custom("duplicate name"));
            }
        }
        Ok(Jwk(jwk))
    }
}
