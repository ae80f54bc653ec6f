//! A scheme around another one, which changes its answers.

#[cfg(feature = "session")]
use std::any::TypeId;
use std::marker::PhantomData;

use http::header::{HeaderName, HeaderValue};

use super::{Answer, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::right::CredentialError;
use crate::secret::debug_only;

/// A scheme that changes the answers of another one: another principal, a further lookup, a further
/// refusal.
///
/// Everything else is that of the wrapped scheme: its name, challenge and properties, how it finds
/// the credential, and its configuration errors. For a credential in another place, use
/// [`Relocated`](super::Relocated), and for the accounts of JWTs
/// [`Bearer::resolve`](super::Bearer::resolve).
///
/// # Examples
///
/// ```
/// use authgate::Gate;
/// use authgate::scheme::{Answer, ApiKey, Wrapped};
/// use authgate::scheme::api_key::InMemoryApiKeys;
///
/// /// The account of a partner, as the team of the keys defines it.
/// #[derive(Clone)]
/// struct Partner {
///     id: u64,
/// }
///
/// #[derive(authgate::Principal)]
/// struct Caller {
///     #[principal(id)]
///     name: String,
/// }
///
/// fn gate(keys: InMemoryApiKeys<Partner>) -> Result<Gate<Caller>, authgate::ConfigError> {
///     let callers = Wrapped::new(ApiKey::header("x-api-key", keys), |answer: Answer<Partner>, _| {
///         answer.map(|partner| Caller { name: format!("partner {}", partner.id) })
///     });
///     Gate::builder().scheme(callers).build()
/// }
/// ```
pub struct Wrapped<S, P, F> {
    scheme: S,
    change: F,
    forbids: bool,
    principal: PhantomData<fn() -> P>,
}

impl<S, P, F> Wrapped<S, P, F> {
    /// Wraps a scheme. The function gets its answers, with the request.
    ///
    /// The gate remembers the answer for the rest of the request, as long as the request has the
    /// same method, target and credential ([`Scheme::authenticate`]). The function should therefore
    /// not depend on other parts of the request that layers change.
    ///
    /// [`Answer::map`] replaces the principal, and [`Answer::and_then`] waits for a lookup. The
    /// function is called once per answer, and a panic in it gives 500, as in any scheme.
    #[must_use]
    pub const fn new<Q>(scheme: S, change: F) -> Self
    where
        F: Fn(Answer<P>, &RequestCredentials<'_>) -> Answer<Q>,
    {
        Self { scheme, change, forbids: false, principal: PhantomData }
    }

    /// Declares that the function can return [`Outcome::Forbidden`](super::Outcome::Forbidden), as
    /// [`Properties::forbids`] does.
    #[must_use]
    pub const fn forbids(mut self) -> Self {
        self.forbids = true;
        self
    }
}

impl<S: SchemeName, P, F> SchemeName for Wrapped<S, P, F> {
    const NAME: &'static str = S::NAME;
}

impl<S, P, Q, F> Scheme<Q> for Wrapped<S, P, F>
where
    S: Scheme<P>,
    P: 'static,
    Q: 'static,
    F: Fn(Answer<P>, &RequestCredentials<'_>) -> Answer<Q> + Send + Sync + 'static,
{
    fn challenge(&self) -> Challenge {
        self.scheme.challenge()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<Q> {
        (self.change)(self.scheme.authenticate(presented), presented)
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        self.scheme.is_presented(name, presented)
    }

    fn properties(&self) -> Properties {
        // The function may have an effect, so it runs once per request.
        let properties = self.scheme.properties().not_repeatable();
        if self.forbids { properties.forbids() } else { properties }
    }

    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        self.scheme.fresh_challenges(fault)
    }

    fn __denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.scheme.__denial_fields()
    }

    fn check(&self) -> Result<(), ConfigError> {
        #[cfg(feature = "session")]
        if self.scheme.properties().space.is_some() && TypeId::of::<P>() != TypeId::of::<Q>() {
            return Err(ConfigError::new(
                "a session cannot be wrapped for another principal, because users sign in as its own: let its \
                 `Accounts` return the principal of the gate",
            ));
        }
        self.scheme.check()
    }
}

debug_only!([S: std::fmt::Debug, P, F] Wrapped<S, P, F> { scheme });
