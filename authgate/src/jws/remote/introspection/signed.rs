//! Signed answers (RFC 9701).

use std::fmt;
use std::time::SystemTime;

use axum::body::Bytes;
use serde::de::{Deserializer as _, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::introspector::Introspector;
use crate::jws::claims::{Audience, Claims, NumericDate};
use crate::jws::compact::{Compact, decoded};
use crate::jws::header::Header;
use crate::jws::issuers::Issuer;
use crate::jws::member::{self, Text};
use crate::jws::remote::NextStep;
use crate::jws::remote::missing_key::missing_key;
use crate::jws::verifier::Verifier;
use crate::jws::{Leeway, TokenType};
use crate::right::CredentialError;

/// The media type of signed answers (RFC 9701 section 4).
pub(super) const MEDIA_TYPE: &str = "application/token-introspection+jwt";

impl Introspector {
    /// Returns the answer in a signed one. Waits for the keys of the issuer if needed.
    ///
    /// # Errors
    ///
    /// Returns a text if the answer is not signed by the issuer for this client.
    pub(super) async fn verified(&self, body: &Bytes) -> Result<String, String> {
        let compact = Compact::split(body.trim_ascii()).ok().filter(|compact| compact.check().is_ok());
        let compact = compact.ok_or("the signed answer is not a JWT")?;
        let is_answer = |json: &[u8]| Ok(TokenType::Introspection.takes(&Header::read(json)?));
        if decoded(compact.header, is_answer) != Ok(true) {
            return Err("the signed answer does not have the `typ` `token-introspection+jwt`".to_owned());
        }
        if self.check_signature(&compact).is_err() {
            let missing =
                decoded(compact.header, |json| Ok(missing_key(&self.keys.now(), &Header::read(json)?)));
            let step = missing.map(|missing| self.set.next_step(missing));
            if let Ok(NextStep::Wait(fetched)) = step {
                fetched.await;
            }
            self.check_signature(&compact)
                .map_err(|_| "no key of the issuer made the signature of the answer")?;
        }
        decoded(compact.payload, |payload| Ok(self.claims(payload)))
            .unwrap_or_else(|_| Err("the payload cannot be decoded".to_owned()))
    }

    fn check_signature(&self, compact: &Compact<'_>) -> Result<(), CredentialError> {
        let mut verifier = Verifier::new([], Audience::Any);
        verifier.token_type = TokenType::Introspection;
        verifier.check_signature(compact, &Issuer::with_keys(&*self.settings.name, &self.keys))
    }

    /// Checks for whom the answer is (RFC 9701 section 5), and returns its `token_introspection`.
    fn claims(&self, payload: &[u8]) -> Result<String, String> {
        let audience = Audience::OneOf(vec![self.introspection.client_id.clone()]);
        let claims =
            Claims::read(payload, &audience).map_err(|_| "the claims of the signed answer cannot be read")?;
        if claims.issuer.as_ref().is_none_or(|name| *name.0 != *self.settings.name) {
            return Err("the signed answer is of another issuer".to_owned());
        }
        if claims.audience != Some(true) {
            return Err("the signed answer is not for this client".to_owned());
        }
        let now = NumericDate::at(SystemTime::now());
        if claims.expires.is_some_and(|end| now >= end.plus(Leeway::default().get())) {
            return Err("the signed answer has expired".to_owned());
        }
        match member::read(payload, |json| json.deserialize_map(FindAnswer)) {
            Ok(Some(answer)) => Ok(answer.get().to_owned()),
            _ => Err("the signed answer has no `token_introspection`".to_owned()),
        }
    }
}

struct FindAnswer;

impl<'de> Visitor<'de> for FindAnswer {
    type Value = Option<&'de RawValue>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut found = None;
        while let Some(Text(name)) = map.next_key()? {
            if name == "token_introspection" {
                found = Some(map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        Ok(found)
    }
}
