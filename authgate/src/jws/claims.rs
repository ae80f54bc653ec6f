//! The registered claims that the verifier checks (RFC 7519 section 4.1).

mod actor;
#[cfg(feature = "oauth")]
mod confirmation;
mod lenient;
mod login;
mod revocable;
mod scope_text;
mod numeric_date;
mod one_pass;
mod unverified;

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use serde::Deserialize;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor,
};

use lenient::Lenient;
use login::{Class, Methods};
pub(crate) use numeric_date::NumericDate;
use serde_json::value::RawValue;
pub(super) use unverified::unverified_issuer;

#[cfg(feature = "oauth")]
use super::Thumbprint;
use super::member::{self, Names, Text, once};
use crate::right::{Context, CredentialError, Statements};
use one_pass::{NextOf, OnePass, ReadProgress};
pub(super) use revocable::Revocable;
use scope_text::ScopeText;

/// The audience that a token must be issued for.
#[derive(Clone, Debug)]
pub(crate) enum Audience {
    /// The token's `aud` must contain one of these values. The comparison is exact.
    OneOf(Vec<String>),
    /// The claim with this name must contain one of these values. `aud` is ignored.
    InClaim(String, Vec<String>),
    /// Any audience. Dangerous: tokens issued for another service are then accepted.
    Any,
}

impl Audience {
    fn takes(&self, name: &str) -> bool {
        matches!(self, Self::Any) || self.names().iter().any(|ours| ours == name)
    }

    /// Adds names of this service. Any audience stays any audience.
    pub(crate) fn add(&mut self, more: impl IntoIterator<Item = String>) {
        if let Self::OneOf(names) | Self::InClaim(_, names) = self {
            names.extend(more);
        }
    }

    /// Reads the audience from this claim.
    pub(crate) fn read_from(&mut self, claim: String) {
        *self = Self::InClaim(claim, self.names().to_vec());
    }

    /// Returns the names of this service.
    pub(crate) fn names(&self) -> &[String] {
        match self {
            Self::OneOf(names) | Self::InClaim(_, names) => names,
            Self::Any => &[],
        }
    }

    /// Returns the name of the claim that states the audience.
    pub(crate) fn claim(&self) -> &str {
        match self {
            Self::InClaim(claim, _) => claim,
            Self::OneOf(_) | Self::Any => "aud",
        }
    }

    /// Returns `true` if this claim states the audience.
    fn is_in(&self, claim: &str) -> bool {
        match self {
            Self::InClaim(name, _) => name == claim,
            Self::OneOf(_) | Self::Any => claim == "aud",
        }
    }

    /// Returns `true` if the claim can state the audience: no other check reads it.
    pub(crate) fn is_claim_usable(claim: &str) -> bool {
        use Registered::{Audience, AuthorizedParty, ClientId, Scope, Scp};
        let checks_nothing = |it| matches!(it, Audience | ClientId | AuthorizedParty | Scope | Scp);
        !claim.is_empty() && Registered::of(claim, &Self::Any).is_none_or(checks_nothing)
    }
}

/// The registered claims.
///
/// A token is rejected if `iss`, `aud`, `exp`, `nbf` or `jti` has the wrong type, because these
/// claims protect. The other claims are [`Lenient`], and `iat` is not read.
#[derive(Default)]
pub(super) struct Claims<'de> {
    pub(super) issuer: Option<Text<'de>>,
    /// `true` if `aud` names this service. `None` if the claim is missing.
    pub(super) audience: Option<bool>,
    pub(super) expires: Option<NumericDate>,
    pub(super) not_before: Option<NumericDate>,
    authenticated: Option<Lenient<NumericDate>>,
    class: Option<Lenient<Class<'de>>>,
    methods: Option<Lenient<Methods<'de>>>,
    id: Option<Text<'de>>,
    client_id: Option<Lenient<Text<'de>>>,
    authorized_party: Option<Lenient<Text<'de>>>,
    session_id: Option<Lenient<Text<'de>>>,
    scope: Option<Lenient<ScopeText<'de>>>,
    scp: Option<Lenient<ScopeText<'de>>>,
    /// `act`, parsed only for a verified token (RFC 8693 section 4.1).
    actor: Option<&'de RawValue>,
    /// `cnf`: a key whose possession the sender must prove (RFC 7800).
    pub(super) confirmation: Option<&'de RawValue>,
}

/// A JSON value that has not been deserialized yet.
trait Source<'de> {
    type Error: Error;

    fn read<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Self::Error>;
}

/// A claim that [`Claims`] stores.
#[derive(Clone, Copy)]
enum Registered {
    Issuer,
    Audience,
    Expires,
    NotBefore,
    Authenticated,
    Class,
    Methods,
    Id,
    Actor,
    Confirmation,
    ClientId,
    AuthorizedParty,
    SessionId,
    Scope,
    Scp,
}

impl Registered {
    fn of(name: &str, audience: &Audience) -> Option<Self> {
        Some(match name {
            "iss" => Self::Issuer,
            "exp" => Self::Expires,
            "nbf" => Self::NotBefore,
            "auth_time" => Self::Authenticated,
            "acr" => Self::Class,
            "amr" => Self::Methods,
            "jti" => Self::Id,
            "act" => Self::Actor,
            "cnf" => Self::Confirmation,
            _ if audience.is_in(name) => Self::Audience,
            "client_id" => Self::ClientId,
            "azp" => Self::AuthorizedParty,
            "sid" => Self::SessionId,
            "scope" => Self::Scope,
            "scp" => Self::Scp,
            _ => return None,
        })
    }
}

impl<'de> Claims<'de> {
    /// Reads the claims and the principal from the payload in one pass. Returns `None` if the
    /// principal cannot be read in the same pass. The caller must then read both separately.
    ///
    /// # Errors
    ///
    /// See [`read`](Self::read).
    pub(super) fn read_with<P: DeserializeOwned>(
        &mut self,
        payload: &'de [u8],
        audience: &Audience,
    ) -> Result<Option<P>, CredentialError> {
        let mut progress = ReadProgress::Part;
        let principal = member::read(payload, |json| {
            P::deserialize(OnePass { json, audience, claims: self, progress: &mut progress })
        });
        match progress {
            ReadProgress::Whole => Ok(principal.ok()),
            ReadProgress::Part => Ok(None),
            ReadProgress::Malformed => Err(CredentialError::Malformed),
        }
    }

    /// Reads the claims from the payload.
    ///
    /// # Errors
    ///
    /// Returns [`CredentialError::Malformed`] if the payload is not a JWT claims set, if a name
    /// occurs twice, or if a registered claim has the wrong type.
    pub(super) fn read(payload: &'de [u8], audience: &Audience) -> Result<Self, CredentialError> {
        member::read(payload, |json| Self::read_from(json, audience))
    }

    pub(super) fn read_from<D: Deserializer<'de>>(json: D, audience: &Audience) -> Result<Self, D::Error> {
        json.deserialize_map(ReadClaims(audience))
    }

    /// Reads the value of a claim and stores it.
    fn fill<S: Source<'de>>(
        &mut self,
        claim: Registered,
        from: S,
        audience: &Audience,
    ) -> Result<(), S::Error> {
        fn value<'de, T: Deserialize<'de>, S: Source<'de>>(
            slot: &mut Option<T>,
            from: S,
        ) -> Result<(), S::Error> {
            once(slot, from.read(PhantomData)?)
        }
        match claim {
            Registered::Issuer => value(&mut self.issuer, from),
            Registered::Audience => once(&mut self.audience, from.read(ReadAudience(audience))?),
            Registered::Expires => value(&mut self.expires, from),
            Registered::NotBefore => value(&mut self.not_before, from),
            Registered::Authenticated => value(&mut self.authenticated, from),
            Registered::Class => value(&mut self.class, from),
            Registered::Methods => value(&mut self.methods, from),
            Registered::Id => value(&mut self.id, from),
            Registered::Actor => value(&mut self.actor, from),
            Registered::Confirmation => value(&mut self.confirmation, from),
            Registered::ClientId => value(&mut self.client_id, from),
            Registered::AuthorizedParty => value(&mut self.authorized_party, from),
            Registered::SessionId => value(&mut self.session_id, from),
            Registered::Scope => value(&mut self.scope, from),
            Registered::Scp => value(&mut self.scp, from),
        }
    }
}

impl Claims<'_> {
    /// Returns the key that the token is bound to. `None` for another kind of confirmation.
    #[cfg(feature = "oauth")]
    pub(super) fn bound_key(&self) -> Option<Thumbprint> {
        confirmation::read(self.confirmation?)
    }

    /// Returns the [`Context`] of a verified token. `revocable` has the claims that
    /// only revocations need.
    #[inline]
    pub(super) fn context(
        &self,
        scheme: &'static str,
        issuer: Arc<str>,
        revocable: Option<&Revocable<'_>>,
    ) -> Context {
        let expires_at = self.expires.and_then(NumericDate::time);
        let authenticated_at = self.authenticated.as_ref().and_then(|time| time.0?.time());
        let context = Context::of_token(scheme, issuer, (authenticated_at, expires_at));
        if self.has_more() || revocable.is_some() { self.with_more(context, revocable) } else { context }
    }

    /// Returns `true` if a claim is present that few callers have.
    const fn has_more(&self) -> bool {
        self.id.is_some()
            || self.class.is_some()
            || self.methods.is_some()
            || self.actor.is_some()
            || self.confirmation.is_some()
            || self.client_id.is_some()
            || self.authorized_party.is_some()
            || self.session_id.is_some()
            || self.scope.is_some()
            || self.scp.is_some()
    }

    #[inline(never)]
    fn with_more(&self, context: Context, revocable: Option<&Revocable<'_>>) -> Context {
        fn text<'a>(claim: &'a Option<Lenient<Text<'_>>>) -> Option<&'a str> {
            Some(&claim.as_ref()?.0.as_ref()?.0)
        }
        let scopes = [&self.scope, &self.scp].into_iter().flatten().find_map(|claim| claim.0.as_ref());
        let context = context.with_statements(Statements {
            client_id: text(&self.client_id).or_else(|| text(&self.authorized_party)),
            session_id: text(&self.session_id),
            scopes: scopes.map(ScopeText::as_str),
            subject: revocable.and_then(|revocable| revocable.subject.as_deref()),
        });
        #[cfg(feature = "oauth")]
        let context = context.with_bound_key(self.bound_key().map(|key| *key.bytes()));
        context
            .with_token_id(self.id.as_ref().map(|id| Arc::from(&*id.0)))
            .with_issued_at(revocable.and_then(|revocable| revocable.issued?.time()))
            .with_acr(self.class.as_ref().and_then(|class| class.0.as_ref()).map(Class::text))
            .with_amr(self.methods.iter().flat_map(|methods| &methods.0).flat_map(Methods::texts))
            .with_actor(self.actor.and_then(actor::read))
    }
}

/// Reads the claims set and compares `aud` with the accepted audiences.
struct ReadClaims<'verifier>(&'verifier Audience);

impl<'de> Visitor<'de> for ReadClaims<'_> {
    type Value = Claims<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JWT claims set")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut claims = Claims::default();
        let mut others = Names::new();
        while let Some(Text(name)) = map.next_key()? {
            if let Some(claim) = Registered::of(&name, self.0) {
                claims.fill(claim, NextOf(&mut map), self.0)?;
            } else {
                // Unknown claims are ignored here (RFC 7519 section 4). The principal may still
                // read them.
                map.next_value::<IgnoredAny>()?;
                others.add(name)?;
            }
        }
        Ok(claims)
    }
}

/// Reads `aud`, a string or an array of strings, and returns `true` if it names this service.
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
        // Read all elements: one that is not a string makes the claim malformed.
        let mut ours = false;
        while let Some(Text(name)) = names.next_element()? {
            ours |= self.0.takes(&name);
        }
        Ok(ours)
    }
}
