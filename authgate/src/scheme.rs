//! Authentication schemes: they turn the credentials of a request into an identity.

mod basic;
#[cfg(feature = "api-key")]
mod api_key_scheme;
mod bearer_scheme;
#[cfg(feature = "digest")]
mod digest_scheme;
#[cfg(any(feature = "api-key", feature = "digest"))]
mod hex;
mod identity;
mod login_attempts;
mod once;
mod properties;
mod relocated;
pub(crate) mod resolve;
mod token_check;
mod wrapped;

use std::fmt;
use std::future::Future;
use std::pin::Pin;

use http::header::{HeaderName, HeaderValue};

#[cfg(feature = "api-key")]
pub use api_key_scheme::ApiKey;
pub use basic::{Basic, Login, Users};
pub use bearer_scheme::Bearer;
#[cfg(feature = "oauth")]
pub(crate) use bearer_scheme::{complete, tokens::Tokens};
#[cfg(feature = "digest")]
pub use digest_scheme::Digest;
pub use identity::Identity;
#[cfg(feature = "cache")]
pub(crate) use identity::SharedPrincipal;
pub(crate) use identity::{IdentityPrincipal, OnResponse};
#[cfg(any(feature = "digest", feature = "oauth"))]
pub(crate) use once::DynOnce;
pub use once::Once;
pub use properties::Properties;
pub use relocated::Relocated;
#[cfg(feature = "oauth")]
pub(crate) use resolve::Resolve;
pub use resolve::{ResolveError, Resolved};
#[cfg(feature = "oauth")]
pub(crate) use token_check::{CompletePrincipal, TokenCheck};
pub use wrapped::Wrapped;

use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
pub use crate::error::BackendError;
#[cfg(feature = "rotation")]
pub use crate::jws::RotatingKeys;
use crate::jws::Verifier;
pub use crate::jws::{Algorithm, Issuer, KeyError, Keys};
pub use crate::right::scheme_name::SchemeName;
use crate::right::{CredentialError, ForbiddenReason, Reason};
pub use authgate_access::{Ambient, Described};

/// Settings and parts of [`Bearer`].
pub mod bearer {
    #[cfg(feature = "cache")]
    pub use super::bearer_scheme::{CacheSize, Cached};
    pub use super::bearer_scheme::{
        Complete, InMemoryRevocations, IntoKeys, IsComplete, Revocation, RevocationStatus, RevocationStore,
        Revocations, TakesAudience, TakesIssuer, WithoutAudience, WithoutIssuer, WithoutIssuerAndAudience,
    };
}

/// Keys of [`ApiKey`], and where they are stored.
#[cfg(feature = "api-key")]
pub mod api_key {
    pub use super::api_key_scheme::{
        ApiKeyError, ApiKeys, InMemoryApiKeys, KeyDigest, KeyLookup, KeyRecord, NewKey,
    };
}

/// Limits on the passwords that clients try, and where the attempts are stored.
pub mod attempts {
    pub use super::login_attempts::{
        Attempt, AttemptCounter, AttemptError, AttemptLimits, Attempts, LoginAttempt,
    };
}

/// Users and hashes of [`Digest`].
#[cfg(feature = "digest")]
pub mod digest {
    pub use super::digest_scheme::{
        DigestAlgorithm, DigestUsers, Found, Ha1, InMemoryDigestUsers, ParseHa1Error, Sought, UserName,
        userhash,
    };
}

/// An authentication scheme: turns the credentials in a request into an [`Identity`].
///
/// A panic in a scheme denies the request with 500 `failed` and logs an event on `authgate::gate`.
/// No other scheme runs. This applies to all methods, to the returned future, and to an
/// [`Identity::on_response`] callback.
///
/// A scheme returns an [`Identity`], never a proof: only the [`Gate`](crate::Gate) creates proofs.
/// Schemes are part of the application's trusted code. No later check catches an identity that a
/// scheme returns by mistake.
///
/// To change another scheme, use [`Relocated`] for a credential in another place, [`Wrapped`] for
/// other answers, and [`Bearer::resolve`] for accounts of JWTs. They inherit the challenge, the
/// properties and the configuration errors.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Answer, Identity, Outcome, Scheme};
/// use authgate::denial::{Challenge, CredentialError};
/// use authgate::Context;
/// use authgate::credentials::RequestCredentials;
///
/// #[derive(authgate::Principal)]
/// struct Visitor {
///     #[principal(id)]
///     name: String,
/// }
///
/// /// `Authorization: Ticket <number>`
/// struct Ticket;
///
/// impl Scheme<Visitor> for Ticket {
///     fn challenge(&self) -> Challenge {
///         Challenge::new("Ticket").realm("fair")
///     }
///
///     fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<Visitor> {
///         match presented.authorization().credential_of("Ticket") {
///             Some(b"42") => Outcome::Authenticated(Identity::new(
///                 Visitor { name: "42".into() },
///                 Context::of("Ticket"),
///             ))
///             .into(),
///             _ => Outcome::Rejected(CredentialError::Rejected).into(),
///         }
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot authenticate a `{P}`",
    label = "not a scheme for `{P}`",
    note = "pass a `Bearer` or a custom type that implements `authgate::scheme::Scheme<{P}>`"
)]
pub trait Scheme<P>: Send + Sync + 'static {
    /// Returns the challenge sent to clients that must authenticate.
    ///
    /// Called once, when the gate is built. The auth-scheme of the challenge is also the name of
    /// the scheme.
    fn challenge(&self) -> Challenge;

    /// Authenticates the caller. Called only if [`is_presented`](Self::is_presented) returns
    /// `true`.
    ///
    /// The gate remembers the caller for the rest of the request, as long as the method, the target
    /// and the [`Properties::fields`] stay the same.
    ///
    /// An [`Answer::Ready`] does not allocate. An [`Answer::Pending`] holds a boxed future, which
    /// owns what it needs of the request and of the scheme, such as an `Arc` of a store.
    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P>;

    /// Returns `true` if the request carries a credential for this scheme, valid or not.
    ///
    /// By default, this looks for an `Authorization` field with the auth-scheme `name`. The gate
    /// may call it several times per request, and it must return the same value each time.
    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.authorization().credential_of(name).is_some()
    }

    /// Returns the properties that do not depend on a request. Called when the gate is built.
    fn properties(&self) -> Properties {
        Properties::new()
    }

    /// Returns the challenges for one response, for schemes whose challenges change with each
    /// response, such as the nonces of Digest.
    ///
    /// They replace [`challenge`](Self::challenge) and are sent on one line each, in this order.
    /// `fault` is the fault that [`authenticate`](Self::authenticate) returned for this request, if
    /// it ran. The default is an empty list, which keeps `challenge`.
    fn fresh_challenges(&self, fault: Option<CredentialError>) -> Vec<Challenge> {
        let _ = fault;
        Vec::new()
    }

    /// Returns the response fields of a denial that requires authentication, such as `DPoP-Nonce`.
    #[doc(hidden)]
    fn __denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }

    /// Returns what verifies the scheme's tokens, for a test that signs its own.
    #[doc(hidden)]
    fn __verifier(&self) -> Option<&Verifier> {
        None
    }

    /// Checks the configuration. Called once, when the gate is built.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the scheme cannot work as configured. The message states the
    /// problem and the fix.
    fn check(&self) -> Result<(), ConfigError> {
        Ok(())
    }
}

/// The result of [`Scheme::authenticate`]: an [`Outcome`], or a future that resolves to one.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Answer, Outcome};
///
/// let answer = Answer::from(Outcome::<String>::NoCredentials);
/// assert!(matches!(answer, Answer::Ready(Outcome::NoCredentials)));
/// ```
#[expect(clippy::exhaustive_enums, reason = "an answer is ready or pending")]
pub enum Answer<P> {
    /// The verdict is available now.
    Ready(Outcome<P>),
    /// The verdict is available once the future completes.
    Pending(PendingOutcome<P>),
}

/// A boxed future that resolves to a verdict.
pub(crate) type PendingOutcome<P> = Pin<Box<dyn Future<Output = Outcome<P>> + Send>>;

impl<P> Answer<P> {
    /// Boxes a future that resolves to the outcome.
    pub fn pending(outcome: impl Future<Output = Outcome<P>> + Send + 'static) -> Self {
        Self::Pending(Box::pin(outcome))
    }
}

impl<P: Send + 'static> Answer<P> {
    /// Replaces the principal of an authenticated caller, such as in [`Wrapped::new`].
    pub fn map<Q: 'static>(self, map: impl FnOnce(P) -> Q + Send + 'static) -> Answer<Q> {
        match self {
            Self::Ready(outcome) => outcome.map(map).into(),
            Self::Pending(outcome) => Answer::pending(async move { outcome.await.map(map) }),
        }
    }

    /// Continues with the identity of an authenticated caller, such as with a lookup in
    /// [`Wrapped::new`]. Every other outcome stays.
    pub fn and_then<Q, Fut>(self, then: impl FnOnce(Identity<P>) -> Fut + Send + 'static) -> Answer<Q>
    where
        Q: Send + 'static,
        Fut: Future<Output = Outcome<Q>> + Send + 'static,
    {
        match self {
            Self::Ready(outcome) => match outcome.identity() {
                Ok(identity) => Answer::pending(then(identity)),
                Err(other) => Answer::Ready(other),
            },
            Self::Pending(outcome) => Answer::pending(async move {
                match outcome.await.identity() {
                    Ok(identity) => then(identity).await,
                    Err(other) => other,
                }
            }),
        }
    }
}

impl<P> Answer<P> {
    /// Waits for the outcome.
    #[cfg(feature = "oauth")]
    pub(crate) async fn outcome(self) -> Outcome<P> {
        match self {
            Self::Ready(outcome) => outcome,
            Self::Pending(outcome) => outcome.await,
        }
    }
}

impl<P> From<Outcome<P>> for Answer<P> {
    fn from(verdict: Outcome<P>) -> Self {
        Self::Ready(verdict)
    }
}

impl<P> fmt::Debug for Answer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ready(verdict) => f.debug_tuple("Ready").field(verdict).finish(),
            Self::Pending(_) => f.write_str("Pending"),
        }
    }
}

/// The outcome of checking a credential.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Identity, Outcome};
/// use authgate::Context;
/// use authgate::denial::CredentialError;
///
/// /// The outcome for a ticket, by the name of its holder in a database.
/// fn outcome(holder: Result<Option<String>, std::io::Error>) -> Outcome<String> {
///     match holder {
///         Ok(Some(name)) => Outcome::Authenticated(Identity::new(name, Context::of("Ticket"))),
///         Ok(None) => Outcome::Rejected(CredentialError::Rejected),
///         Err(_) => Outcome::Unavailable,
///     }
/// }
/// ```
#[non_exhaustive]
pub enum Outcome<P> {
    /// The credential identifies this caller.
    Authenticated(Identity<P>),
    /// The credential is not valid.
    Rejected(CredentialError),
    /// The request carries more than one credential of this scheme, so the intended one is unclear:
    /// 400.
    Ambiguous,
    /// The request carries no usable credential, such as a session without a sign-in.
    NoCredentials,
    /// The credential is valid, and its holder may not use this service, such as an unknown or
    /// suspended account: 403.
    Forbidden(ForbiddenReason),
    /// The credential could not be checked because a backend did not respond: 503.
    Unavailable,
    /// The scheme is overloaded: 503.
    ///
    /// Unlike `Unavailable`, this does not count as an error of the gate. The scheme itself logs
    /// that it rejects callers.
    Busy,
}

impl<P> Outcome<P> {
    /// Replaces the principal of an authenticated caller.
    #[must_use]
    pub fn map<Q>(self, map: impl FnOnce(P) -> Q) -> Outcome<Q> {
        match self.identity() {
            Ok(identity) => Outcome::Authenticated(identity.map(map)),
            Err(other) => other,
        }
    }

    /// Returns the identity. If there is none, returns the outcome.
    fn identity<Q>(self) -> Result<Identity<P>, Outcome<Q>> {
        Err(match self {
            Self::Authenticated(identity) => return Ok(identity),
            Self::Rejected(fault) => Outcome::Rejected(fault),
            Self::Ambiguous => Outcome::Ambiguous,
            Self::NoCredentials => Outcome::NoCredentials,
            Self::Forbidden(reason) => Outcome::Forbidden(reason),
            Self::Unavailable => Outcome::Unavailable,
            Self::Busy => Outcome::Busy,
        })
    }

    /// Returns the reason to log and to respond with, if the verdict identifies no caller.
    pub(crate) const fn reason(&self) -> Reason {
        match self {
            Self::Rejected(fault) => Reason::InvalidCredentials(*fault),
            Self::Ambiguous => Reason::Ambiguous,
            Self::NoCredentials => Reason::NoCredentials,
            Self::Forbidden(reason) => Reason::Forbidden(*reason),
            Self::Busy => Reason::Busy,
            Self::Unavailable | Self::Authenticated(_) => Reason::Unavailable,
        }
    }
}

impl<P> fmt::Debug for Outcome<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authenticated(_) => f.write_str("Authenticated"),
            Self::Rejected(fault) => f.debug_tuple("Rejected").field(fault).finish(),
            Self::Ambiguous => f.write_str("Ambiguous"),
            Self::NoCredentials => f.write_str("NoCredentials"),
            Self::Forbidden(reason) => f.debug_tuple("Forbidden").field(reason).finish(),
            Self::Unavailable => f.write_str("Unavailable"),
            Self::Busy => f.write_str("Busy"),
        }
    }
}
