//! The login by a provider, once it is configured.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

use super::LoginBuilder;
use super::back_channel::Accepted;
use super::builder::Paths;
use super::cookie_key::ClientKey;
use super::principals::{Principals, Search};
use crate::error::BackendError;
use crate::guard::{self, RunResult};
use crate::jws::{Leeway, Provider};
use crate::log::rejected;
use crate::right::{Context, Principal, RevocationStatus, Revocations, Statements};
use crate::scheme::bearer::{Revocation, RevocationStore};
use crate::scheme::{DynOnce, Issuer};
use crate::session::{Account, Accounts, FoundAccount, StoredSignIn};

/// The name of the flow in events.
pub(super) const NAME: &str = "OpenID Connect";

/// Login by an OpenID provider. Created by [`Login::with`] and [`LoginBuilder::claims`] or
/// [`LoginBuilder::resolve`]. Clones are the same login.
///
/// It has two parts, which belong together: the accounts for the scheme of the gate, and the
/// [`routes`](Login::routes).
///
/// A session keeps the ID token of its sign-in, in the session store. The principal is read from
/// the token on each request, and the [`Context`] states its issuer, subject, `sid`, `acr` and
/// `amr`. The id of the credential ([`Context::token_id`]) is the `jti` of the token, or a hash of
/// the token.
///
/// # Examples
///
/// ```
/// use authgate::oidc::Login;
/// use authgate::session::Sessions;
/// use authgate::{ConfigError, Gate, Principal};
///
/// fn gate<P: Principal>(sessions: &Sessions, login: &Login<P>) -> Result<Gate<P>, ConfigError> {
///     Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build()
/// }
/// ```
pub struct Login<P = ()> {
    pub(super) inner: Arc<Inner>,
    principals: Arc<dyn Principals<P>>,
}

/// The parts that do not depend on the principal.
pub(super) struct Inner {
    pub(super) provider: Provider,
    pub(super) client_id: String,
    /// `None` for a public client.
    pub(super) client_secret: Option<String>,
    pub(super) origin: String,
    pub(super) key: ClientKey,
    pub(super) used: Arc<dyn DynOnce>,
    pub(super) revocations: Arc<dyn DynRevocationStore>,
    /// The requested scopes, separated by spaces.
    pub(super) scope: String,
    /// Other audiences that an ID token may have.
    pub(super) audiences: Vec<String>,
    /// The maximum age of a login in seconds, unless a route requires less.
    pub(super) max_age: u64,
    pub(super) leeway: Leeway,
    pub(super) is_form_post: bool,
    pub(super) paths: Paths,
    /// The tokens of recent logouts.
    pub(super) accepted: Mutex<Accepted>,
}

impl Login {
    /// Starts to configure the login by this provider, whose metadata is fetched:
    /// [`Issuer::discover`].
    pub fn with(provider: Issuer) -> LoginBuilder {
        LoginBuilder::new(provider)
    }
}

impl<P> Login<P> {
    pub(super) fn new(inner: Inner, principals: Arc<dyn Principals<P>>) -> Self {
        Self { inner: Arc::new(inner), principals }
    }
}

impl<P> Clone for Login<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner), principals: Arc::clone(&self.principals) }
    }
}

/// Omits the secrets.
impl<P> fmt::Debug for Login<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login")
            .field("provider", &self.inner.provider.name())
            .field("client_id", &self.inner.client_id)
            .field("origin", &self.inner.origin)
            .finish_non_exhaustive()
    }
}

impl Inner {
    /// Returns the address to which the provider sends its answer.
    pub(super) fn redirect_uri(&self) -> String {
        format!("{}{}", self.origin, self.paths.callback)
    }

    /// Records a value that counts once.
    pub(super) async fn first(
        &self,
        purpose: &str,
        value: &str,
        until: SystemTime,
    ) -> Result<bool, BackendError> {
        let mut hash = Sha256::new();
        for part in ["authgate oidc", purpose, self.provider.name(), &self.client_id] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hash.update(value);
        let until = until.checked_add(Duration::from_secs(u64::from(Leeway::MOST))).unwrap_or(until);
        in_time(self.used.dyn_first(&hash.finalize().into(), until)).await?
    }
}

/// The maximum time of one call to a store.
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

/// Waits for a store.
pub(super) async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, BackendError> {
    match guard::in_time(work, STORE_TIMEOUT).await {
        RunResult::Completed(result) => Ok(result),
        RunResult::TimedOut => {
            Err(BackendError::new(format!("no answer within {} s", STORE_TIMEOUT.as_secs())))
        }
        RunResult::Panicked => Err(BackendError::new("the store panicked")),
    }
}

/// The names in an ID token that a session is known by.
pub(super) struct Names<'a> {
    pub(super) issuer: &'a str,
    pub(super) subject: &'a str,
    pub(super) session: Option<&'a str>,
    pub(super) token: Option<&'a str>,
    issued_at: Option<SystemTime>,
}

impl<'a> Names<'a> {
    pub(super) fn of(claims: &'a Map<String, Value>) -> Option<Self> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let issued = claims.get("iat").and_then(Value::as_f64);
        let issued = issued.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Some(Self {
            issuer: text("iss")?,
            subject: text("sub").filter(|subject| !subject.is_empty())?,
            session: text("sid"),
            token: text("jti"),
            issued_at: issued.and_then(|since| UNIX_EPOCH.checked_add(since)),
        })
    }

    /// Returns the id of the account, which stays the same in later logins.
    pub(super) fn account_id(&self) -> String {
        format!("{} {}", self.issuer, self.subject)
    }
}

impl<P: Principal> Login<P> {
    /// Returns the account of a sign-in, unless it was ended by the provider.
    pub(super) async fn look_up(
        &self,
        signed_in: StoredSignIn<'_>,
        context: Context,
    ) -> Result<FoundAccount<P>, BackendError> {
        let found = signed_in.id_token.and_then(|token| {
            let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
            let claims: Map<String, Value> = serde_json::from_slice(&payload).ok()?;
            Some((token, payload, claims))
        });
        let Some((token, payload, claims)) = found else { return Ok(FoundAccount::Unknown) };
        let inner = &*self.inner;
        let names = Names::of(&claims).filter(|names| inner.provider.is_named(names.issuer));
        let Some(names) = names else { return Ok(FoundAccount::Unknown) };
        let context = inner.context_of(&names, token, signed_in.at, context);
        match inner.status(&context).await? {
            RevocationStatus::Good => {}
            RevocationStatus::Unavailable => {
                return Err(BackendError::new("the store of ended sessions does not answer"));
            }
            // Each sign-in has an id, so `WithoutId` is an error of the store.
            _ => return Ok(FoundAccount::Unknown),
        }
        Ok(match self.principals.find(&payload, &context).await {
            Search::Found(principal) => {
                let source = format!("{} {}", inner.client_id, inner.provider.name());
                FoundAccount::Known(Account::new(principal, source), context)
            }
            Search::Unreadable => {
                rejected(NAME, "form of the claims");
                FoundAccount::Unknown
            }
            Search::Forbidden(reason) => FoundAccount::Forbidden(reason),
            Search::Unavailable => return Err(BackendError::new("the account could not be loaded")),
        })
    }
}

impl Inner {
    /// Adds the statements of the ID token to a context.
    fn context_of(&self, names: &Names<'_>, token: &str, at: SystemTime, context: Context) -> Context {
        // A logout may name the subject. The clocks of the provider and of this service differ, so
        // the earlier time counts.
        let issued_at = names.issued_at.map_or(at, |issued| issued.min(at));
        let token_id = match names.token {
            Some(id) => Arc::from(id),
            None => Arc::from(URL_SAFE_NO_PAD.encode(Sha256::digest(token))),
        };
        context
            .with_issuer(Arc::from(names.issuer))
            .with_token_id(Some(token_id))
            .with_statements(Statements {
                client_id: Some(&self.client_id),
                session_id: names.session,
                scopes: None,
                subject: Some(names.subject),
            })
            .with_issued_at(Some(issued_at))
    }

    async fn status(&self, context: &Context) -> Result<RevocationStatus, BackendError> {
        match self.revocations.dyn_status_now(context) {
            Some(status) => Ok(status),
            None => in_time(self.revocations.dyn_status(context)).await,
        }
    }
}

/// Finds the users that the provider has signed in.
impl<P: Principal> Accounts<P> for Login<P> {
    /// Returns `None`. The account of a sign-in by a provider is in its session, and is not found
    /// by its id.
    async fn find(&self, _: &str) -> Result<Option<Account<P>>, BackendError> {
        Ok(None)
    }

    async fn __look_up(
        &self,
        signed_in: StoredSignIn<'_>,
        context: Context,
    ) -> Result<FoundAccount<P>, BackendError> {
        self.look_up(signed_in, context).await
    }

    fn __login_page(&self) -> Option<&str> {
        Some(&self.inner.paths.login)
    }

    fn __forbids(&self) -> bool {
        self.principals.forbids()
    }
}

/// [`RevocationStore`] as a trait object.
pub(super) trait DynRevocationStore: Send + Sync {
    fn dyn_status_now(&self, context: &Context) -> Option<RevocationStatus>;

    fn dyn_status<'a>(
        &'a self,
        context: &'a Context,
    ) -> Pin<Box<dyn Future<Output = RevocationStatus> + Send + 'a>>;

    fn dyn_revoke<'a>(&'a self, revoked: Revocation<'a>, end: SystemTime) -> Revoking<'a>;
}

pub(super) type Revoking<'a> = Pin<Box<dyn Future<Output = Result<(), BackendError>> + Send + 'a>>;

impl<R: RevocationStore> DynRevocationStore for R {
    fn dyn_status_now(&self, context: &Context) -> Option<RevocationStatus> {
        Revocations::status_now(self, context)
    }

    fn dyn_status<'a>(
        &'a self,
        context: &'a Context,
    ) -> Pin<Box<dyn Future<Output = RevocationStatus> + Send + 'a>> {
        Box::pin(Revocations::status(self, context))
    }

    fn dyn_revoke<'a>(&'a self, revoked: Revocation<'a>, end: SystemTime) -> Revoking<'a> {
        Box::pin(self.revoke(revoked, end))
    }
}
