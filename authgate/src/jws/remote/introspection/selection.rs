//! Selects the issuer to ask about a token, and checks its answer.

use std::borrow::Cow;
use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use super::introspector::Introspector;
use crate::jws::claims::{Audience, Claims, NumericDate, Revocable, unverified_issuer};
use crate::jws::compact::{Compact, decoded, is_jwt, is_token};
use crate::jws::issuers::Issuer;
use crate::jws::member::{self, Text};
use crate::jws::verifier::Verifier;
use crate::right::{Context, CredentialError};

/// The issuer to ask about a token.
pub(crate) struct Introspecting {
    /// The name under which the issuer is configured.
    pub(crate) issuer: Arc<str>,
    pub(crate) introspector: Arc<Introspector>,
}

impl Introspecting {
    fn of(issuer: &Issuer) -> Option<Self> {
        Some(Self {
            issuer: Arc::clone(issuer.names().first()?),
            introspector: Arc::clone(issuer.introspector()?),
        })
    }
}

/// Returns the `iss` of a JWT that is not verified.
fn stated_issuer<T>(token: &[u8], take: impl FnOnce(Cow<'_, str>) -> Option<T>) -> Option<T> {
    let compact = Compact::split(token).ok()?;
    compact.check().ok()?;
    decoded(compact.payload, |payload| Ok(take(unverified_issuer(payload)?))).ok()?
}

impl Verifier {
    /// Returns the issuer to ask about a token that was not verified. The token is not trusted: it
    /// only selects among the configured issuers.
    #[cold]
    #[inline(never)]
    pub(crate) fn introspecting(&self, token: &[u8], is_for_several_gates: bool) -> Option<Introspecting> {
        let issuers = self.issuers.now();
        if !issuers.has_introspection || !is_token(token) {
            return None;
        }
        if is_jwt(token) {
            return stated_issuer(token, |name| {
                Introspecting::of(issuers.named(&name).filter(|issuer| issuer.is_only_introspected())?)
            });
        }
        let is_of = |issuer: &&Issuer| {
            let introspection = issuer.introspection.as_ref().map(|it| &it.introspection);
            match introspection.and_then(|it| it.token_prefix.as_deref()) {
                Some(prefix) => token.starts_with(prefix.as_bytes()),
                // The token may be of the other gate, and only its issuer may see it.
                None => !is_for_several_gates,
            }
        };
        let mut all = issuers.as_slice().iter().filter(|issuer| issuer.introspection.is_some());
        Introspecting::of(all.find(is_of)?)
    }

    /// Returns the issuer to ask about a JWT that it issued and that was verified here.
    pub(crate) fn introspecting_jwts_of(&self, issuer: &str) -> Option<Introspecting> {
        let issuers = self.issuers.now();
        let issuer = issuers.named(issuer)?;
        issuer.introspection.as_ref().filter(|introspection| introspection.includes_jwts)?;
        Introspecting::of(issuer)
    }

    /// Checks the claims of an active token, and deserializes the principal from them.
    ///
    /// # Errors
    ///
    /// Returns the first [`CredentialError`] in the order issuer, audience, time, confirmation,
    /// principal.
    pub(crate) fn introspected<P: DeserializeOwned>(
        &self,
        issuer: &str,
        answer: &str,
        now: SystemTime,
    ) -> Result<(P, Context), CredentialError> {
        let issuers = self.issuers.now();
        // It may have been removed during the call.
        let issuer = issuers.named(issuer).ok_or(CredentialError::WrongIssuer)?;
        let audience = issuer.audience.as_ref().unwrap_or(&self.audience);
        let mut claims = Claims::default();
        let principal = claims.read_with(answer.as_bytes(), audience)?;
        if principal.is_none() {
            claims = Claims::read(answer.as_bytes(), audience)?;
        }
        let name = self.check_answer(&mut claims, issuer, NumericDate::at(now), false)?;
        let principal =
            principal.map_or_else(|| member::read(answer.as_bytes(), |json| P::deserialize(json)), Ok)?;
        let revocable = self.is_revocable.then(|| Revocable::read(answer.as_bytes()));
        Ok((principal, claims.context(self.binding.scheme(), name, revocable.as_ref())))
    }

    /// Checks the claims of an answer about a JWT that was verified here. They may be missing.
    ///
    /// # Errors
    ///
    /// Returns [`CredentialError`] if a claim of the answer rejects the token.
    pub(crate) fn confirmed(
        &self,
        issuer: &str,
        answer: &str,
        now: SystemTime,
    ) -> Result<(), CredentialError> {
        let issuers = self.issuers.now();
        let issuer = issuers.named(issuer).ok_or(CredentialError::WrongIssuer)?;
        let audience = issuer.audience.as_ref().unwrap_or(&self.audience);
        let mut claims = Claims::read(answer.as_bytes(), audience)?;
        self.check_answer(&mut claims, issuer, NumericDate::at(now), true).map(drop)
    }

    /// Checks the claims of an answer, and returns the name of the issuer.
    pub(in crate::jws) fn check_answer(
        &self,
        claims: &mut Claims<'_>,
        issuer: &Issuer,
        now: NumericDate,
        is_partial: bool,
    ) -> Result<Arc<str>, CredentialError> {
        // The issuer itself has answered.
        let name = || issuer.names().first().map(|name| Text(Cow::Owned(name.to_string())));
        claims.issuer = claims.issuer.take().or_else(name);
        let introspection = issuer.introspection.as_ref().map(|it| &it.introspection);
        let may_lack_audience = is_partial || introspection.is_some_and(|it| it.without_audience.is_some());
        let may_lack_expiry = is_partial || introspection.is_some_and(|it| it.without_expiry.is_some());
        let audience = match claims.audience {
            None if may_lack_audience => &Audience::Any,
            _ => issuer.audience.as_ref().unwrap_or(&self.audience),
        };
        self.check_claims(claims, issuer, audience, now, self.expiry_optional || may_lack_expiry)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::jws::{Introspection, Leeway};

    #[derive(serde::Deserialize)]
    struct User {
        sub: String,
    }

    /// A cached answer is used for the lifetime of the token only.
    #[test]
    fn same_answer_is_accepted_until_the_token_expires() {
        let issuer = Issuer::introspected("https://old.example", Introspection::discover());
        let verifier = Verifier::new([issuer], Audience::OneOf(vec!["api".to_owned()]));
        let answer = r#"{"active":true,"sub":"vera","aud":"api","nbf":1000,"exp":2000}"#;
        let leeway = u64::from(Leeway::default().get());
        for (seconds, expected) in [
            (1000 - leeway - 1, Err(CredentialError::NotYetValid)),
            (1000 - leeway, Ok("vera")),
            (2000 + leeway - 1, Ok("vera")),
            (2000 + leeway, Err(CredentialError::Expired)),
        ] {
            let now = UNIX_EPOCH + Duration::from_secs(seconds);
            let checked = verifier.introspected::<User>("https://old.example", answer, now);
            let (user, context) = match (checked, expected) {
                (Ok(checked), Ok(_)) => checked,
                (checked, expected) => {
                    assert_eq!(checked.err(), expected.err(), "{seconds}");
                    continue;
                }
            };
            assert_eq!(Ok(user.sub.as_str()), expected);
            assert_eq!(context.issuer(), Some("https://old.example"));
            assert_eq!(context.expires_at(), Some(UNIX_EPOCH + Duration::from_secs(2000)));
        }
    }

    #[test]
    fn tokens_with_a_jose_header_are_jwts() {
        // `{"alg":"none"}`, ` {`, `[]`.
        for (token, expected) in [
            ("eyJhbGciOiJub25lIn0.e30.", true),
            ("eyJhbGciOiJub25lIn0.a.b.c.d", true),
            ("eyJhbGciOiJub25lIn0.!", true),
            ("IHs.", true),
            ("W10.e30.a", false),
            ("eyJhbGciOiJub25lIn0", false),
            ("a.b.c", false),
            (".eyJhbGciOiJub25lIn0", false),
            ("", false),
        ] {
            assert_eq!(is_jwt(token.as_bytes()), expected, "{token}");
        }
    }
}
