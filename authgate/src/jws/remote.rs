//! Keys that are fetched from their issuer, refreshed and rotated.

pub(in crate::jws) mod address;
mod discovery;
mod event;
pub(in crate::jws) mod introspection;
mod key_set;
mod missing_key;
#[cfg(feature = "oidc")]
pub(in crate::jws) mod provider;
mod refresh;

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use http::Uri;

use self::address::PlainHttp;
pub use self::event::IssuerEvent;
use self::event::Observers;
pub(crate) use self::key_set::{KeySet, NextStep};
use super::issuers::Issuer;
use super::template::Template;
use super::{Algorithm, IssuerKeys, Keys, RotatingKeys};
use crate::dangerous::{Dangerous, Weaker};
use crate::error::{BackendError, ConfigError};
#[cfg(feature = "fetch")]
use crate::fetch::HttpClient;
use crate::fetch::{DynFetch, Fetch, is_loopback};

/// How long keys are used after they were last fetched, by default.
const STALE_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The least time. With less, keys would be fetched without a pause, or be too old at once.
const LEAST_STALE_FOR: Duration = Duration::from_secs(30);

/// Where the keys of an issuer are fetched.
#[derive(Clone)]
pub(in crate::jws) struct Settings {
    /// The name of the issuer, which its metadata must state.
    name: Arc<str>,
    reached_at: Option<String>,
    /// The address of a template, whose name is not an address.
    template_address: Option<String>,
    jwks_uri: Option<String>,
    algorithms: Option<Arc<[Algorithm]>>,
    stale_for: Duration,
    plain_http: Option<Weaker>,
    fetch: Option<Arc<dyn DynFetch>>,
    observers: Observers,
}

impl Settings {
    /// Returns the address of the issuer, which is its name unless it is reached elsewhere.
    fn address(&self) -> Result<Uri, String> {
        let address = self.reached_at.as_deref().or(self.template_address.as_deref()).unwrap_or(&self.name);
        address::parse(address, self.plain_http())
            .map_err(|error| format!("the address {:?} {error}", address::without_password(address)))
    }

    /// Returns the configured addresses that may be fetched without TLS.
    const fn plain_http(&self) -> PlainHttp {
        if self.plain_http.is_some() { PlainHttp::Any } else { PlainHttp::Loopback }
    }

    /// Returns what may be fetched without TLS because a document at `base` names it. A remote
    /// server must not choose addresses of this machine.
    fn plain_http_from(&self, base: &Uri) -> PlainHttp {
        match self.plain_http {
            Some(_) => PlainHttp::Any,
            None if base.host().is_some_and(is_loopback) => PlainHttp::Loopback,
            None => PlainHttp::Never,
        }
    }

    fn fetch(&self) -> Result<&dyn DynFetch, BackendError> {
        self.fetch.as_deref().ok_or_else(|| BackendError::new("there is no HTTP client"))
    }

    /// Leaves out the keys that the algorithms of the issuer exclude.
    fn usable(&self, mut keys: Keys) -> Result<Keys, BackendError> {
        if self.template_address.is_some() {
            keys.bind_to_issuers(&self.name);
        }
        let Some(algorithms) = &self.algorithms else { return Ok(keys) };
        let keys = keys.only(algorithms);
        if keys.is_empty() {
            return Err(BackendError::new("no key can be used with an algorithm of the issuer"));
        }
        Ok(keys)
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, reached_at, jwks_uri, algorithms, stale_for, plain_http, .. } = self;
        let mut settings = f.debug_struct("Discovered");
        settings.field("name", name).field("reached_at", reached_at).field("jwks_uri", jwks_uri);
        settings.field("algorithms", algorithms).field("stale_for", stale_for);
        settings.field("plain_http", plain_http).finish_non_exhaustive()
    }
}

#[cfg(feature = "fetch")]
fn default_client() -> Result<Arc<dyn DynFetch>, ConfigError> {
    // Reading the root certificates takes milliseconds, and a service may have many issuers.
    static CLIENT: OnceLock<Arc<HttpClient>> = OnceLock::new();
    if let Some(client) = CLIENT.get() {
        return Ok(Arc::<HttpClient>::clone(client));
    }
    let new = Arc::new(HttpClient::new()?);
    Ok(Arc::<HttpClient>::clone(CLIENT.get_or_init(|| new)))
}

#[cfg(not(feature = "fetch"))]
fn default_client() -> Result<Arc<dyn DynFetch>, ConfigError> {
    Err(ConfigError::new("there is no HTTP client: enable the feature `fetch`, or set `.fetched_by(..)`"))
}

/// The source of an issuer's keys, and the fetched keys once a gate is built.
#[derive(Clone, Debug)]
pub(crate) struct Remote {
    settings: Settings,
    /// Shared by the clones of an issuer, so that several gates fetch its keys once.
    running: Arc<OnceLock<Arc<KeySet>>>,
}

impl Remote {
    fn wrong(&self, error: &str) -> ConfigError {
        ConfigError::new(format!("the issuer {:?}: {error}", address::without_password(&self.settings.name)))
    }

    /// Checks the settings, and adds the HTTP client if none is configured.
    fn checked(&self) -> Result<Settings, ConfigError> {
        let mut settings = self.settings.clone();
        self.settings.address().map_err(|error| self.wrong(&error))?;
        if let Some(address) = &settings.jwks_uri {
            address::parse(address, self.settings.plain_http()).map_err(|error| {
                let address = address::without_password(address);
                self.wrong(&format!("the address {address:?} of its keys {error}"))
            })?;
        }
        if settings.stale_for < LEAST_STALE_FOR {
            let least = LEAST_STALE_FOR.as_secs();
            return Err(
                self.wrong(&format!("`stale_for` is {:?}: set at least {least} s", settings.stale_for))
            );
        }
        if settings.fetch.is_none() {
            settings.fetch = Some(default_client().map_err(|error| self.wrong(&error.to_string()))?);
        }
        Ok(settings)
    }

    /// Checks the settings and starts to fetch the keys.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the keys can never be fetched.
    pub(crate) fn start(&self, keys: &RotatingKeys) -> Result<(), ConfigError> {
        if let Some(running) = self.running.get() {
            running.start();
            return Ok(());
        }
        let settings = self.checked()?;
        self.running.get_or_init(|| Arc::new(KeySet::new(settings, keys.clone()))).start();
        Ok(())
    }

    /// Returns the fetched keys. They exist once a gate is built.
    pub(crate) fn key_set(&self) -> Option<&Arc<KeySet>> {
        self.running.get()
    }

    pub(crate) const fn weaker(&self) -> Option<Weaker> {
        self.settings.plain_http
    }
}

/// Issuers whose keys are fetched.
impl Issuer {
    /// Creates an issuer whose keys are fetched from its metadata, refreshed and rotated.
    ///
    /// The name is the `iss` of its tokens. The metadata is expected below it, as OAuth 2.0
    /// Authorization Server Metadata (RFC 8414) or OpenID Connect Discovery. It must state the same
    /// name.
    ///
    /// The keys are fetched in the background from the moment the gate is built, so the service
    /// starts while the issuer is down. Until there are keys, tokens of this issuer get 503 with
    /// `Retry-After`. Keys are refreshed before they are ten minutes old, or as the issuer's
    /// `Cache-Control` says, between 30 seconds and one hour. A token with an unknown `kid` waits
    /// for one fetch, which all such requests share, at most every 30 seconds. A key that the
    /// issuer withdraws is no longer accepted after the next fetch.
    ///
    /// The clones of an issuer share its keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::scheme::Issuer;
    ///
    /// let issuer = Issuer::discover("https://id.example");
    /// // A provider in the same cluster, whose tokens have a public name.
    /// let keycloak = Issuer::discover("https://sso.example/realms/shop")
    ///     .jwks_uri("https://keycloak.internal/realms/shop/protocol/openid-connect/certs");
    /// ```
    #[must_use]
    pub fn discover(name: impl Into<String>) -> Self {
        let name = name.into();
        let settings = Settings {
            name: name.as_str().into(),
            reached_at: None,
            template_address: None,
            jwks_uri: None,
            algorithms: None,
            stale_for: STALE_FOR,
            plain_http: None,
            fetch: None,
            observers: Observers::default(),
        };
        let mut issuer = Self::with_keys(name, RotatingKeys::new(Keys::none()));
        issuer.remote = Some(Remote { settings, running: Arc::default() });
        issuer
    }

    /// Creates an issuer whose name contains the tenant, such as Microsoft Entra's, for these
    /// tenants. The place of the tenant is in braces. All tenants have the same keys.
    ///
    /// The metadata is fetched for the tenant `common`, and must state the name with the braces, as
    /// that of Entra does. [`reached_at`](Self::reached_at) sets another address. A key with an
    /// `issuer` member verifies the tokens of that issuer only.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::scheme::Issuer;
    ///
    /// let entra = Issuer::template(
    ///     "https://login.microsoftonline.com/{tenantid}/v2.0",
    ///     ["72f988bf-86f1-41af-91ab-2d7cd011db47"],
    /// );
    /// ```
    #[must_use]
    pub fn template<T: AsRef<str>>(name: &str, tenants: impl IntoIterator<Item = T>) -> Self {
        let template = Template::new(name, None);
        let mut issuer = Self::discover(name);
        for tenant in tenants {
            issuer = issuer.alias(template.with(tenant.as_ref()));
        }
        issuer.with_template(template)
    }

    /// Creates an issuer whose name contains the tenant, as [`template`](Self::template) does, for
    /// the tenants for which `allowed` returns `true`.
    ///
    /// `allowed` is called with the tenant of each token before the token is verified. It should
    /// return quickly, such as from a map in memory.
    #[must_use]
    pub fn template_with(name: &str, allowed: impl Fn(&str) -> bool + Send + Sync + 'static) -> Self {
        Self::discover(name).with_template(Template::new(name, Some(Arc::new(allowed))))
    }

    fn with_template(mut self, template: Template) -> Self {
        self.template = Some(template);
        let common = self.template.as_ref().map(|template| template.with("common"));
        self.configure("template", |settings| settings.template_address = common)
    }

    /// Fetches the metadata from this address instead of the name, such as from inside a cluster.
    /// The metadata must still state the name.
    #[must_use]
    pub fn reached_at(self, url: impl Into<String>) -> Self {
        self.configure("reached_at", |settings| settings.reached_at = Some(url.into()))
    }

    /// Fetches the keys from this address, without the metadata.
    #[must_use]
    pub fn jwks_uri(self, url: impl Into<String>) -> Self {
        self.configure("jwks_uri", |settings| settings.jwks_uri = Some(url.into()))
    }

    /// Sets for how long keys are used after they were last fetched, while the issuer is down. 24
    /// hours by default, and at least 30 seconds. After that, tokens of this issuer get 503.
    #[must_use]
    pub fn stale_for(self, time: Duration) -> Self {
        self.configure("stale_for", |settings| settings.stale_for = time)
    }

    /// Fetches with this HTTP client. By default, this is the client of the feature `fetch`.
    #[must_use]
    pub fn fetched_by(self, client: impl Fetch) -> Self {
        self.configure("fetched_by", |settings| settings.fetch = Some(Arc::new(client)))
    }

    /// Calls this function for each fetch of the keys and each token with an unknown key, such as
    /// for metrics. It should return quickly. A panic in it changes nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oauth::IssuerEvent;
    /// use authgate::scheme::Issuer;
    ///
    /// let issuer = Issuer::discover("https://id.example").observe(|event| {
    ///     if let IssuerEvent::FetchFailed { issuer, keys_age, .. } = event {
    ///         eprintln!("{issuer} does not answer, and its keys are {keys_age:?} old");
    ///     }
    /// });
    /// ```
    #[must_use]
    pub fn observe(self, observer: impl Fn(&IssuerEvent<'_>) + Send + Sync + 'static) -> Self {
        self.configure("observe", |settings| settings.observers.add(observer))
    }

    /// Allows one setting that is weaker than the default. Blank reasons are rejected when the gate
    /// is built.
    pub fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }

    fn configure(mut self, setting: &'static str, change: impl FnOnce(&mut Settings)) -> Self {
        match &mut self.remote {
            Some(remote) => {
                change(&mut remote.settings);
                // With other settings, it is no longer the same set.
                if matches!(self.keys, IssuerKeys::Rotating(_)) {
                    self.keys = RotatingKeys::new(Keys::none()).into();
                }
                remote.running = Arc::default();
                if let Some(introspection) = &mut self.introspection {
                    introspection.reset();
                }
            }
            None => {
                self.misused = Some(Arc::new(super::KeyError::new(format!(
                    "`{setting}` is for an issuer whose keys are fetched: write `Issuer::discover(..)`"
                ))));
            }
        }
        self
    }

    /// Sets the algorithms of fetched keys. Others are skipped.
    pub(super) fn algorithms_of_fetched(self, algorithms: impl IntoIterator<Item = Algorithm>) -> Self {
        self.configure("algorithms", |settings| settings.algorithms = Some(algorithms.into_iter().collect()))
    }
}

impl Dangerous<Issuer> {
    /// Fetches the metadata and the keys without TLS, from any address. Anyone on the way can then
    /// replace the keys, and sign tokens of every caller.
    #[must_use]
    pub fn plain_http(self) -> Issuer {
        let Self { builder, reason } = self;
        builder.configure("plain_http", |settings| {
            settings.plain_http = Some(Weaker::new("plain_http", reason));
        })
    }
}
