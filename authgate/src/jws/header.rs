//! The header (RFC 7515 section 4).

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::Algorithm;
use super::member::{self, Names, Text, once};
use crate::right::Fault;

/// The header parameters that have a say here. `jku`, `x5u`, `x5c` and `jwk` have none and are never followed (RFC
/// 8725 section 3.10).
#[derive(Clone, Debug)]
pub(super) struct Header<'de> {
    pub(super) algorithm: Algorithm,
    pub(super) key_id: Option<Cow<'de, str>>,
    token_type: Option<Cow<'de, str>>,
}

impl<'de> Header<'de> {
    /// Reads the header and refuses what nothing here understands.
    pub(super) fn read(json: &'de [u8]) -> Result<Self, Fault> {
        let members = member::read(json, |json| json.deserialize_map(HeaderVisitor))?;
        let name = members.alg.ok_or(Fault::Malformed)?.0;
        let nested = members.cty.is_some_and(|cty| is_jwt(&cty.0));
        // No extension is understood (RFC 7515 section 4.1.11); a JWT never has its payload unencoded (RFC 7797
        // section 7), and one inside another is not unwrapped (RFC 7519 section 5.2).
        if members.crit.is_some() || members.b64 == Some(false) || nested {
            return Err(Fault::Rejected);
        }
        Ok(Self {
            algorithm: Algorithm::named(&name).ok_or(Fault::Rejected)?,
            key_id: members.kid.map(|kid| kid.0),
            token_type: members.typ.map(|typ| typ.0),
        })
    }
}

impl Header<'_> {
    fn to_owned(&self) -> Header<'static> {
        let owned = |text: &Cow<'_, str>| Cow::Owned(text.clone().into_owned());
        Header {
            algorithm: self.algorithm,
            key_id: self.key_id.as_ref().map(owned),
            token_type: self.token_type.as_ref().map(owned),
        }
    }
}

/// The header segments of tokens that a key has signed, each as it was read: an issuer's tokens mostly have one, which is then
/// compared and not read again.
///
/// Only what is signed gets here, and only the first few.
#[derive(Clone, Debug, Default)]
pub(super) struct Known([OnceLock<Box<Kept>>; 2]);

#[derive(Clone, Debug)]
struct Kept {
    segment: Box<[u8]>,
    header: Header<'static>,
}

impl Known {
    /// The longest segment that is kept, in bytes.
    const LONGEST: usize = 1024;

    pub(super) fn header(&self, segment: &[u8]) -> Option<&Header<'static>> {
        self.0.iter().map_while(OnceLock::get).find(|kept| *kept.segment == *segment).map(|kept| &kept.header)
    }

    pub(super) fn keep(&self, segment: &[u8], header: &Header<'_>) {
        if segment.len() > Self::LONGEST {
            return;
        }
        // Another thread may have kept it in the meantime: then it is there twice, which does no harm.
        if let Some(free) = self.0.iter().find(|kept| kept.get().is_none()) {
            drop(free.set(Box::new(Kept { segment: segment.into(), header: header.to_owned() })));
        }
    }
}

/// Whether a content type is a JWT's, whose `application/` may be left out (RFC 7515 section 4.1.10).
fn is_jwt(content_type: &str) -> bool {
    content_type.eq_ignore_ascii_case("JWT") || content_type.eq_ignore_ascii_case("application/jwt")
}

/// Which tokens are meant by their `typ` header parameter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum TokenType {
    /// None, `JWT`, `at+jwt` or `application/at+jwt`.
    #[default]
    Usual,
    /// `at+jwt` or `application/at+jwt` alone (RFC 9068 section 4).
    AccessToken,
    /// Anything; dangerous, since kinds of JWT then pass for each other (RFC 8725 section 3.11).
    Any,
}

impl TokenType {
    /// Media types and their short forms compare without case (RFC 7515 section 4.1.9).
    pub(super) fn takes(self, header: &Header<'_>) -> bool {
        let named = |name| header.token_type.as_ref().is_some_and(|typ| typ.eq_ignore_ascii_case(name));
        let access_token = named("at+jwt") || named("application/at+jwt");
        match self {
            Self::Usual => header.token_type.is_none() || named("JWT") || access_token,
            Self::AccessToken => access_token,
            Self::Any => true,
        }
    }
}

#[derive(Default)]
struct Members<'de> {
    alg: Option<Text<'de>>,
    kid: Option<Text<'de>>,
    typ: Option<Text<'de>>,
    cty: Option<Text<'de>>,
    crit: Option<IgnoredAny>,
    b64: Option<bool>,
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Members<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JOSE header")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        let mut others = Names::new();
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "alg" => once(&mut members.alg, map.next_value()?)?,
                "kid" => once(&mut members.kid, map.next_value()?)?,
                "typ" => once(&mut members.typ, map.next_value()?)?,
                "cty" => once(&mut members.cty, map.next_value()?)?,
                "crit" => once(&mut members.crit, map.next_value()?)?,
                "b64" => once(&mut members.b64, map.next_value()?)?,
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    others.add(name)?;
                }
            }
        }
        Ok(members)
    }
}
