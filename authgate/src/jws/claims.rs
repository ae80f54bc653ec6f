//! The claims that the verifier itself looks at (RFC 7519 section 4.1).

mod login;
mod numeric_date;

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use login::{Class, Methods};
pub(super) use numeric_date::NumericDate;

use super::member::{Names, Text, once};
use crate::context::Context;

/// Whom a token has to be meant for.
#[derive(Clone, Debug)]
pub(crate) enum Audience {
    /// One of these, exactly.
    OneOf(Vec<String>),
    /// Anybody; dangerous, since a token for another service then opens this one.
    Any,
}

impl Audience {
    fn takes(&self, name: &str) -> bool {
        match self {
            Self::OneOf(names) => names.iter().any(|ours| ours == name),
            Self::Any => true,
        }
    }
}

/// The registered claims, of the right JSON types.
#[derive(Default)]
pub(super) struct Claims<'de> {
    pub(super) issuer: Option<Text<'de>>,
    /// Whether it names us; `None` where there is no audience.
    pub(super) audience: Option<bool>,
    pub(super) expires: Option<NumericDate>,
    pub(super) not_before: Option<NumericDate>,
    issued: Option<NumericDate>,
    authenticated: Option<NumericDate>,
    class: Option<Class<'de>>,
    methods: Option<Methods<'de>>,
    id: Option<Text<'de>>,
    /// A key that the sender would have to prove (RFC 7800).
    pub(super) confirmation: Option<IgnoredAny>,
}

impl Claims<'_> {
    /// What is told on, once the token is good.
    pub(super) fn into_context(self, scheme: &'static str) -> Context {
        Context::of(scheme)
            .with_expires_at(self.expires.and_then(NumericDate::time))
            .with_authenticated_at(self.authenticated.and_then(NumericDate::time))
            .with_token_id(self.id.map(|id| id.0.into()))
            .with_acr(self.class.map(Class::into_text))
            .with_amr(self.methods.into_iter().flat_map(Methods::into_texts))
    }
}

/// Reads the claims, looking for one audience of these.
pub(super) struct ReadClaims<'verifier>(pub(super) &'verifier Audience);

impl<'de> DeserializeSeed<'de> for ReadClaims<'_> {
    type Value = Claims<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for ReadClaims<'_> {
    type Value = Claims<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut claims = Claims::default();
        let mut others = Names::new();
        while let Some(Text(name)) = map.next_key()? {
            match &*name {
                "iss" => once(&mut claims.issuer, map.next_value()?)?,
                "aud" => once(&mut claims.audience, map.next_value_seed(ReadAudience(self.0))?)?,
                "exp" => once(&mut claims.expires, map.next_value()?)?,
                "nbf" => once(&mut claims.not_before, map.next_value()?)?,
                "iat" => once(&mut claims.issued, map.next_value()?)?,
                "auth_time" => once(&mut claims.authenticated, map.next_value()?)?,
                "acr" => once(&mut claims.class, map.next_value()?)?,
                "amr" => once(&mut claims.methods, map.next_value()?)?,
                "jti" => once(&mut claims.id, map.next_value()?)?,
                "cnf" => once(&mut claims.confirmation, map.next_value()?)?,
                // Ignored here (RFC 7519 section 4); the principal takes what it knows.
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    others.add(name)?;
                }
            }
        }
        Ok(claims)
    }
}

/// Reads `aud`, a string or an array of strings, into whether it names us.
struct ReadAudience<'verifier>(&'verifier Audience);

impl<'de> DeserializeSeed<'de> for ReadAudience<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ReadAudience<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string or an array of strings")
    }

    fn visit_str<E>(self, name: &str) -> Result<bool, E> {
        Ok(self.0.takes(name))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut names: A) -> Result<bool, A::Error> {
        // All are read: one that is no string makes the claim malformed, whatever the others are.
        let mut ours = false;
        while let Some(Text(name)) = names.next_element()? {
            ours |= self.0.takes(&name);
        }
        Ok(ours)
    }
}
