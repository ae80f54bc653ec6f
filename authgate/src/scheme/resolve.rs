//! Accounts of verified callers, from the application's own database.

use std::error::Error;
use std::future::Future;
use std::marker::PhantomData;
use std::sync::Arc;

use http::header::{HeaderName, HeaderValue};

use super::bearer_scheme::tokens::Tokens;
use super::{Answer, Identity, IdentityPrincipal, Outcome, Properties, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::{Challenge, DenialMessage};
use crate::jws::Verifier;
use crate::log::{Causes, OneLine};
use crate::right::{Context, ForbiddenReason, Principal, TypeName, has_non_empty_id};
use crate::secret::debug_only;

/// A source of accounts: it finds the principal that verified claims belong to.
///
/// [`Bearer::resolve`](super::Bearer::resolve) takes one. The gate calls it on every request, also
/// for cached tokens, so a changed role and a suspension take effect immediately. The gate's
/// [`timeout`](crate::gate::GateBuilder::timeout) applies (503). A panic is 500.
///
/// A closure of the claims that returns a future also implements the trait.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys, ResolveError};
/// use authgate::{Context, Gate, Resolve};
///
/// #[derive(serde::Deserialize)]
/// struct Claims {
///     sub: String,
/// }
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     id: u64,
/// }
///
/// #[derive(Clone)]
/// struct Db;
///
/// impl Db {
///     async fn user(&self, issuer: &str, subject: &str) -> Result<Option<User>, std::io::Error> {
///         Ok((subject == "ada").then_some(User { id: 1 }))
///     }
/// }
///
/// impl Resolve<Claims> for Db {
///     type Principal = User;
///
///     async fn resolve(&self, claims: Claims, context: &Context) -> Result<User, ResolveError> {
///         let issuer = context.issuer().unwrap_or_default();
///         self.user(issuer, &claims.sub).await?.ok_or(ResolveError::UnknownAccount)
///     }
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://id.example")
///     .audience("https://api.example")
///     .resolve(Db);
/// let gate = Gate::<User>::builder().scheme(bearer).build()?;
/// # Ok(()) }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not find accounts for `{C}`",
    label = "not a source of accounts",
    note = "implement `authgate::Resolve<{C}>` for it, or pass a closure `|claims: {C}| async move {{ .. }}` that returns \
            `Result<User, authgate::scheme::ResolveError>`"
)]
pub trait Resolve<C>: Send + Sync + 'static {
    /// The type of the accounts.
    type Principal;

    /// Returns the account of a caller whose credential was verified.
    ///
    /// Subjects are unique per issuer only (RFC 7519 section 4.1.2). With several issuers, look the
    /// account up by [`Context::issuer`] and the subject. No warning is logged if the source does
    /// not. A closure gets the issuer from a field `iss` of the claims.
    ///
    /// # Errors
    ///
    /// Returns [`ResolveError`] if there is no account, if it may not be used, or if the source
    /// failed.
    fn resolve(
        &self,
        claims: C,
        context: &Context,
    ) -> impl Future<Output = Result<Self::Principal, ResolveError>> + Send;
}

#[diagnostic::do_not_recommend]
impl<C, F, Fut, P> Resolve<C> for F
where
    F: Fn(C) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<P, ResolveError>> + Send,
{
    type Principal = P;

    fn resolve(&self, claims: C, _: &Context) -> impl Future<Output = Result<P, ResolveError>> + Send {
        self(claims)
    }
}

/// Why [`Resolve::resolve`] returned no account.
///
/// Every type that implements [`std::error::Error`] converts to `Unavailable`, so `?` on the result
/// of a query is 503. For a boxed error, write `.map_err(ResolveError::Unavailable)`. The gate logs
/// the error, and the client does not see it.
///
/// # Examples
///
/// ```
/// use authgate::denial::DenialMessage;
/// use authgate::scheme::ResolveError;
///
/// static SUSPENDED: DenialMessage = DenialMessage::new("account_suspended", "Your account is suspended.");
///
/// fn account(row: Result<Option<(String, bool)>, std::io::Error>) -> Result<String, ResolveError> {
///     let (name, is_suspended) = row?.ok_or(ResolveError::UnknownAccount)?;
///     if is_suspended { Err(ResolveError::Forbidden(&SUSPENDED)) } else { Ok(name) }
/// }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum ResolveError {
    /// The caller has no account here: 403 `account_unknown`. Another login would not help.
    UnknownAccount,
    /// The account may not be used: 403 with this reason.
    Forbidden(&'static DenialMessage),
    /// The source failed: 503.
    Unavailable(Box<dyn Error + Send + Sync>),
}

impl<E: Error + Send + Sync + 'static> From<E> for ResolveError {
    fn from(error: E) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

/// A scheme whose callers have accounts in the application. Created by
/// [`Bearer::resolve`](super::Bearer::resolve).
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys, ResolveError};
/// use authgate::Gate;
///
/// #[derive(serde::Deserialize)]
/// struct Claims {
///     sub: String,
/// }
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     name: String,
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://id.example")
///     .audience("https://api.example")
///     .resolve(|claims: Claims| async move {
///         match claims.sub.as_str() {
///             "ada" => Ok(User { name: claims.sub }),
///             _ => Err(ResolveError::UnknownAccount),
///         }
///     });
/// let gate = Gate::<User>::builder().scheme(bearer).build()?;
/// # Ok(()) }
/// ```
pub struct Resolved<S, C, R> {
    scheme: S,
    source: Arc<R>,
    claims: PhantomData<fn() -> C>,
}

impl<S, C, R> Resolved<S, C, R> {
    pub(crate) fn new(scheme: S, source: R) -> Self {
        Self { scheme, source: Arc::new(source), claims: PhantomData }
    }
}

impl<S: SchemeName, C, R> SchemeName for Resolved<S, C, R> {
    const NAME: &'static str = S::NAME;
}

impl<S, C, R> Scheme<R::Principal> for Resolved<S, C, R>
where
    S: Tokens<C>,
    C: Send + 'static,
    R: Resolve<C>,
    R::Principal: Principal,
{
    fn challenge(&self) -> Challenge {
        self.scheme.challenge()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<R::Principal> {
        let source = Arc::clone(&self.source);
        self.scheme.identify_claims(presented).and_then(|identity| account(source, identity))
    }

    fn properties(&self) -> Properties {
        self.scheme.properties().forbids()
    }

    fn __verifier(&self) -> Option<&Verifier> {
        self.scheme.verifier()
    }

    fn __denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.scheme.denial_fields()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.scheme.check()
    }
}

async fn account<C, R>(source: Arc<R>, identity: Identity<C>) -> Outcome<R::Principal>
where
    R: Resolve<C>,
    R::Principal: Principal,
{
    let Identity { principal: claims, context, on_response } = identity;
    let claims = claims.into_inner();
    match source.resolve(claims, &context).await {
        Ok(principal) if has_non_empty_id(&principal) => {
            let principal = IdentityPrincipal::Own(principal);
            Outcome::Authenticated(Identity { principal, context, on_response })
        }
        Ok(_) => {
            let source = TypeName::of::<R>();
            tracing::error!(target: "authgate::gate", %source, "an account has an empty id");
            Outcome::Unavailable
        }
        Err(ResolveError::UnknownAccount) => Outcome::Forbidden(ForbiddenReason::Account),
        Err(ResolveError::Forbidden(message)) => Outcome::Forbidden(ForbiddenReason::Policy(message)),
        Err(ResolveError::Unavailable(error)) => {
            let source = TypeName::of::<R>();
            tracing::error!(target: "authgate::gate", %source, error = %OneLine(&Causes(&*error)), "an account could not be loaded");
            Outcome::Unavailable
        }
    }
}

debug_only!([S: std::fmt::Debug, C, R] Resolved<S, C, R> { scheme });
