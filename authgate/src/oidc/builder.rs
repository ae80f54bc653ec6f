//! The configuration of a login.

use std::marker::PhantomData;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use http::uri::PathAndQuery;
use serde::de::DeserializeOwned;

use super::back_channel::Accepted;
use super::cookie_key::CookieKey;
use super::login::{DynRevocationStore, Inner, Login};
use super::principals::{FromClaims, FromSource, Principals};
use crate::credentials::ReturnTo;
use crate::error::ConfigError;
use crate::jws::{Leeway, PlainHttp, Provider, parse_address};
use crate::oauth::{InMemoryOnce, Once};
use crate::right::Principal;
use crate::scheme::bearer::{InMemoryRevocations, RevocationStore};
use crate::scheme::{DynOnce, Issuer, Resolve};
use crate::secret::debug_only;

/// The maximum age of a login, unless a route requires less. It is the absolute lifetime of a
/// session by default.
const MAX_AGE: Duration = Duration::from_secs(12 * 60 * 60);

/// The paths of the routes.
#[derive(Clone, Debug)]
pub(super) struct Paths {
    pub(super) login: String,
    pub(super) callback: String,
    pub(super) logout: String,
    pub(super) back_channel_logout: String,
    /// The page after a login without a page to return to, and after a logout.
    pub(super) home: String,
}

/// The settings of a [`Login`]. Created by [`Login::with`].
///
/// # Examples
///
/// ```
/// use authgate::oauth::FileOnce;
/// use authgate::oidc::{CookieKey, LoginBuilder};
/// use authgate::scheme::bearer::RevocationStore;
///
/// /// For several processes on one machine.
/// fn shared(
///     login: LoginBuilder,
///     key: CookieKey,
///     used: FileOnce,
///     ended: impl RevocationStore,
/// ) -> LoginBuilder {
///     login.cookie_key(key).used(used).ended_by(ended)
/// }
/// ```
#[must_use = "a login does nothing unless `claims()` or `resolve()` is called"]
pub struct LoginBuilder {
    provider: Issuer,
    client_id: String,
    client_secret: Option<String>,
    origin: String,
    key: Option<CookieKey>,
    used: Arc<dyn DynOnce>,
    revocations: Arc<dyn DynRevocationStore>,
    scope: String,
    audiences: Vec<String>,
    max_age: Duration,
    leeway: Option<Leeway>,
    is_form_post: bool,
    paths: Paths,
}

debug_only! {
    /// Omits the secrets.
    [] LoginBuilder { provider, client_id, origin, scope, paths }
}

impl LoginBuilder {
    pub(super) fn new(provider: Issuer) -> Self {
        let path = str::to_owned;
        Self {
            provider,
            client_id: String::new(),
            client_secret: None,
            origin: String::new(),
            key: None,
            used: Arc::new(InMemoryOnce::new()),
            revocations: Arc::new(InMemoryRevocations::new()),
            scope: "openid".to_owned(),
            audiences: Vec::new(),
            max_age: MAX_AGE,
            leeway: Some(Leeway::default()),
            is_form_post: false,
            paths: Paths {
                login: path("/login"),
                callback: path("/callback"),
                logout: path("/logout"),
                back_channel_logout: path("/backchannel-logout"),
                home: path("/"),
            },
        }
    }

    /// Sets the id and the secret of this client at the provider. The secret is sent as the
    /// metadata of the provider allows: in a Basic credential, or else in the form (RFC 6749
    /// section 2.3.1).
    pub fn client(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.client_secret = Some(secret.into());
        self.client_id = id.into();
        self
    }

    /// Sets the id of this client at the provider, which has no secret.
    pub fn public_client(mut self, id: impl Into<String>) -> Self {
        self.client_secret = None;
        self.client_id = id.into();
        self
    }

    /// Sets the origin of this application, such as `https://app.example`. The redirect URI is the
    /// origin with the path of the callback, and is registered at the provider. It never depends on
    /// the `Host` of a request.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        self.origin = origin.into();
        self
    }

    /// Sets the key of the cookies that bind a login to its browser. Several processes share a key.
    ///
    /// By default, the key is random: one process serves all requests, and a restart ends the
    /// logins that are in progress.
    pub fn cookie_key(mut self, key: CookieKey) -> Self {
        self.key = Some(key);
        self
    }

    /// Sets the store of values that count once: the `state` of each login, and the `jti` of each
    /// logout token. By default, it is in memory ([`InMemoryOnce`]). Several processes share a
    /// store.
    pub fn used(mut self, store: impl Once) -> Self {
        self.used = Arc::new(store);
        self
    }

    /// Sets the store of the sessions that the provider has ended. It is asked on each request of a
    /// signed-in user. By default, it is in memory ([`InMemoryRevocations`]). Several processes
    /// share a store.
    pub fn ended_by(mut self, store: impl RevocationStore) -> Self {
        self.revocations = Arc::new(store);
        self
    }

    /// Requests more scopes than `openid`, such as `profile email`.
    pub fn scope(mut self, scopes: &str) -> Self {
        for scope in scopes.split_ascii_whitespace() {
            if self.scope.split(' ').all(|other| other != scope) {
                self.scope.push(' ');
                self.scope.push_str(scope);
            }
        }
        self
    }

    /// Accepts ID tokens that name this audience in addition to the client. Such a token must name
    /// the client as its `azp`. Without it, the client must be the only audience (OpenID Connect
    /// Core 1.0 section 3.1.3.7).
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Sets the maximum age of a login at the provider, in whole seconds. It is 12 hours by
    /// default. A user whose login is older must sign in again, also at the provider. A route with
    /// [`Fresh`](crate::right::Fresh) requires less.
    pub const fn max_age(mut self, age: Duration) -> Self {
        self.max_age = age;
        self
    }

    /// Sets the clock skew allowed between the provider and this service. Defaults to 30 seconds,
    /// and may be at most five minutes.
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = u16::try_from(leeway.as_secs()).ok().and_then(Leeway::seconds);
        self
    }

    /// Requests the answer as a form that the browser posts (OAuth 2.0 Form Post Response Mode), so
    /// that the code is not in an address.
    ///
    /// The form comes from the site of the provider. The cookie of the login is therefore
    /// `SameSite=None`, and the callback is the one cross-site request that may sign a user in.
    /// Every other request from that site is rejected as before. The browser does not send its
    /// session cookie with the form, so a session of a visitor is not continued.
    pub const fn form_post(mut self) -> Self {
        self.is_form_post = true;
        self
    }

    /// Sets the path at which people sign in. It is `/login` by default.
    pub fn login_path(mut self, path: impl Into<String>) -> Self {
        self.paths.login = path.into();
        self
    }

    /// Sets the path of the redirect URI. It is `/callback` by default.
    pub fn callback_path(mut self, path: impl Into<String>) -> Self {
        self.paths.callback = path.into();
        self
    }

    /// Sets the path at which people sign out. It is `/logout` by default.
    pub fn logout_path(mut self, path: impl Into<String>) -> Self {
        self.paths.logout = path.into();
        self
    }

    /// Sets the path at which the provider ends sessions. It is `/backchannel-logout` by default.
    pub fn back_channel_logout_path(mut self, path: impl Into<String>) -> Self {
        self.paths.back_channel_logout = path.into();
        self
    }

    /// Sets the page after a login that no page required, and after a logout. It is `/` by default.
    /// For a logout, the provider must know the origin with this path as a post-logout redirect
    /// URI.
    pub fn home(mut self, path: impl Into<String>) -> Self {
        self.paths.home = path.into();
        self
    }

    /// Finishes the login, for users whose principal is read from the claims of the ID token. No
    /// table of users is needed. The keys of the provider are fetched from now on.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the provider cannot be reached with its settings, or if a setting
    /// is missing or invalid.
    pub fn claims<P>(self) -> Result<Login<P>, ConfigError>
    where
        P: Principal + DeserializeOwned + Send + 'static,
    {
        self.finish(FromClaims)
    }

    /// Finishes the login, for users with accounts in the application. The source is asked at
    /// sign-in and on each request, as [`Bearer::resolve`](crate::scheme::Bearer::resolve) does, so
    /// a suspension takes effect at once.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oidc::{Login, LoginBuilder};
    /// use authgate::scheme::ResolveError;
    /// use authgate::{ConfigError, Context, Resolve};
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
    /// fn login(settings: LoginBuilder) -> Result<Login<User>, ConfigError> {
    ///     settings.resolve(Db)
    /// }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] as [`claims`](Self::claims) does.
    pub fn resolve<C, R>(self, source: R) -> Result<Login<R::Principal>, ConfigError>
    where
        C: DeserializeOwned + Send + 'static,
        R: Resolve<C>,
        R::Principal: Principal,
    {
        self.finish(FromSource::<C, R>(source, PhantomData))
    }

    fn finish<P>(self, principals: impl Principals<P> + 'static) -> Result<Login<P>, ConfigError> {
        let leeway = self.leeway.ok_or_else(|| {
            ConfigError::new(format!("the leeway of the login is too long: set at most {} s", Leeway::MOST))
        })?;
        let origin = self.checked_origin()?;
        self.check_client()?;
        self.check_paths()?;
        let key = self.key.map_or_else(CookieKey::random, Ok)?;
        let key = key.of_client(self.provider.name(), &self.client_id);
        let inner = Inner {
            provider: Provider::start(self.provider, leeway)?,
            client_id: self.client_id,
            client_secret: self.client_secret,
            origin,
            key,
            used: self.used,
            revocations: self.revocations,
            scope: self.scope,
            audiences: self.audiences,
            max_age: self.max_age.as_secs(),
            leeway,
            is_form_post: self.is_form_post,
            paths: self.paths,
            accepted: Mutex::new(Accepted::default()),
        };
        Ok(Login::new(inner, Arc::new(principals)))
    }

    /// Returns the origin in the form that browsers send.
    fn checked_origin(&self) -> Result<String, ConfigError> {
        let wrong = |what: &str| {
            ConfigError::new(format!(
                "the origin {:?} of the login {what}: write the scheme, the host and any unusual port, such as \
                 `.origin(\"https://app.example\")`",
                self.origin
            ))
        };
        let uri = parse_address(&self.origin, PlainHttp::Loopback).map_err(|error| wrong(&error))?;
        match (uri.scheme_str(), uri.authority(), uri.path_and_query().map(PathAndQuery::as_str)) {
            (Some(scheme), Some(authority), None | Some("/")) if !self.origin.ends_with('/') => {
                Ok(format!("{scheme}://{authority}"))
            }
            _ => Err(wrong("is not only an origin")),
        }
    }

    fn check_client(&self) -> Result<(), ConfigError> {
        let is_text = |text: &str| !text.is_empty() && !text.bytes().any(|byte| byte.is_ascii_control());
        if !is_text(&self.client_id) || !self.client_secret.as_deref().is_none_or(is_text) {
            return Err(ConfigError::new(
                "the login has no client: write `.client(id, secret)`, or `.public_client(id)` for a client without \
                 a secret",
            ));
        }
        Ok(())
    }

    fn check_paths(&self) -> Result<(), ConfigError> {
        let Paths { login, callback, logout, back_channel_logout, home } = &self.paths;
        let routes = [login, callback, logout, back_channel_logout];
        let is_path =
            |path: &&String| ReturnTo::new(path).path().is_some() && !path.contains(['?', '#', '{']);
        if let Some(path) = routes.into_iter().chain([home]).find(|path| !is_path(path)) {
            return Err(ConfigError::new(format!(
                "the path {path:?} of the login is not a path on this site: write a path, such as `/login`"
            )));
        }
        for (index, path) in routes.into_iter().enumerate() {
            if routes.into_iter().take(index).any(|other| other == path) {
                return Err(ConfigError::new(format!(
                    "the path {path:?} of the login is used twice: use a path for each route"
                )));
            }
        }
        Ok(())
    }
}
