use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;

use super::AccessEvent;
use super::cross_site::Origins;
use super::login_page::LoginPage;
use super::{Entry, Gate, Inner, Required, response_hooks};
use crate::dangerous::{Dangerous, Weaker};
use crate::denial::{Challenge, CustomBody, Denial, DenialSettings, Prepared, SchemeChallenge, vary_by};
use crate::error::ConfigError;
use crate::right::{Principal, Requirement, evaluate, sound};
use crate::scheme::{Ambient, Properties, Scheme};
use crate::test_hooks::{Hooks, RequestHooks as _};

/// A builder for a [`Gate`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
///
/// use authgate::scheme::{Bearer, Keys};
/// use authgate::{ConfigError, Gate};
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// fn gate(keys: Keys) -> Result<Gate<User>, ConfigError> {
///     Gate::builder()
///         .scheme(
///             Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example"),
///         )
///         .timeout(Duration::from_secs(1))
///         .build()
/// }
/// ```
#[must_use = "a gate builder does nothing unless `build()` is called"]
pub struct GateBuilder<P> {
    /// The settings that are weaker than the default.
    weaker: Vec<Weaker>,
    schemes: Vec<Box<dyn Scheme<P>>>,
    timeout: Duration,
    required: Vec<Required<P>>,
    origins: Vec<String>,
    looks: DenialSettings,
}

/// The default limit for a scheme that waits.
const TIMEOUT: Duration = Duration::from_secs(2);

impl<P> fmt::Debug for GateBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateBuilder").field("schemes", &self.schemes.len()).finish_non_exhaustive()
    }
}

impl<P: Principal> GateBuilder<P> {
    pub(super) fn new() -> Self {
        Self {
            weaker: Vec::new(),
            schemes: Vec::new(),
            timeout: TIMEOUT,
            required: Vec::new(),
            origins: Vec::new(),
            looks: DenialSettings::default(),
        }
    }

    /// Adds an authentication scheme.
    ///
    /// Challenges are sent in the order that real clients handle best: `Bearer`, `Digest`, other
    /// schemes in the order of these calls, `Basic` (RFC 9110 section 11.3).
    pub fn scheme(mut self, scheme: impl Scheme<P>) -> Self {
        self.schemes.push(Box::new(scheme));
        self
    }

    /// Requires a right of every caller, on every route and wherever else a caller is
    /// authenticated, such as that the account is active.
    ///
    /// Signing in to a session requires the right, too. A route may waive the right, with a reason:
    /// `#[requires(waive = Active, reason = "suspended users may pay", ..)]`.
    pub fn require<R: Requirement<P>>(mut self) -> Self {
        const { sound(R::RULE) };
        self.required.push(Required { right: R::RULE, evaluate: evaluate::<R, P> });
        self
    }

    /// Sets a hook that replaces the body of denials and adds header fields.
    ///
    /// `None` keeps the default response. The hook cannot change the status, the challenges and the
    /// caching. If the hook panics, the default response is sent.
    ///
    /// ```
    /// use authgate::gate::GateBuilder;
    /// use authgate::denial::CustomBody;
    /// use authgate::{Denial, Principal};
    ///
    /// fn with_body<P: Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    ///     builder.render(|denial: &Denial| {
    ///         let detail = denial.reason().detail();
    ///         Some(CustomBody::html(format!("<!doctype html><title>Acme</title><p>{detail}</p>")))
    ///     })
    /// }
    /// ```
    ///
    /// The hook may respond in the language of the client. The field `Vary` names
    /// `Accept-Language`.
    ///
    /// ```
    /// use authgate::gate::GateBuilder;
    /// use authgate::denial::{CustomBody, Reason};
    /// use authgate::{Denial, Principal};
    /// use axum::http::header::{CONTENT_LANGUAGE, HeaderValue};
    ///
    /// fn with_body<P: Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    ///     builder.render(|denial: &Denial| {
    ///         denial.accept_language().filter(|languages| languages.starts_with("de"))?;
    ///         let text = match denial.reason() {
    ///             Reason::NoCredentials => "Bitte melden Sie sich an.\n",
    ///             _ => return None,
    ///         };
    ///         let german = HeaderValue::from_static("de");
    ///         Some(CustomBody::text(text).header(CONTENT_LANGUAGE, german))
    ///     })
    /// }
    /// ```
    pub fn render(mut self, render: impl Fn(&Denial) -> Option<CustomBody> + Send + Sync + 'static) -> Self {
        self.looks.render = Some(Arc::new(render));
        self
    }

    /// Adds a function that sees every decision of the gate, also those that allow: for an audit
    /// trail or metrics.
    ///
    /// It runs on the thread of the request, before the handler, so it must not block: send the
    /// event to a channel, or count it. It cannot change the decision. If it panics, the response
    /// stays the same, and an error is logged. A request with several extractors has a decision for
    /// each.
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU64, Ordering};
    ///
    /// use authgate::Principal;
    /// use authgate::gate::{AccessEvent, GateBuilder};
    ///
    /// static DENIED: AtomicU64 = AtomicU64::new(0);
    ///
    /// fn counted<P: Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    ///     builder.observe(|event: &AccessEvent| {
    ///         if !event.is_allowed() {
    ///             DENIED.fetch_add(1, Ordering::Relaxed);
    ///         }
    ///     })
    /// }
    /// ```
    pub fn observe(mut self, observer: impl Fn(&AccessEvent<'_>) + Send + Sync + 'static) -> Self {
        self.looks.observers.push(Arc::new(observer));
        self
    }

    /// Sets the timeout of each scheme, source of accounts, resource and policy that waits for a
    /// backend, such as a database. Defaults to two seconds.
    ///
    /// A request that exceeds the timeout gets 503 with `Retry-After`. The timeout requires a tokio
    /// runtime with its timer enabled.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Redirects browsers to a login page: a path on this site.
    ///
    /// A browser that navigates to a page (`Sec-Fetch-Mode: navigate`, `Accept: text/html`) gets
    /// 303 if it sends no credentials or an invalid cookie. The query contains the original target
    /// as `return_to` ([`ReturnTo`](crate::credentials::ReturnTo)).
    ///
    /// A signed-in caller who only lacks a more recent or stronger login is redirected as well. The
    /// query then also contains `reason=step_up_required`, and `max_age` and `acr_values` if they
    /// are required, as in a challenge (RFC 9470 section 3).
    ///
    /// All other clients get 401. If the body is a page, it has a link to the login page with the
    /// same query. An authenticated caller who lacks a right gets 403.
    pub fn login_page(mut self, path: impl Into<String>) -> Self {
        self.looks.login_page = Some(path.into());
        self
    }

    /// Trusts another origin, such as `https://app.example`, to send unsafe requests with its
    /// users' cookies and remembered passwords.
    ///
    /// Unsafe requests with ambient credentials from any other origin get 403 `cross_site`.
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Sets the name of the application, which denial pages show.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.looks.app_name = Some(name.into());
        self
    }

    /// Takes one setting that is weaker than the default:
    /// `.dangerous("reason").tell_missing_rights()`.
    pub fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }

    /// Checks everything except the schemes.
    fn check(&self) -> Result<(), ConfigError> {
        if self.schemes.is_empty() {
            return Err(ConfigError::new("the gate has no scheme: add one with `.scheme(..)`"));
        }
        if self.timeout.is_zero() {
            return Err(ConfigError::new(
                "the timeout of the gate is zero, so that every password and every session gets 503: omit \
                 `.timeout(..)` for two seconds, or set a longer one",
            ));
        }
        for (position, Required { right, .. }) in self.required.iter().enumerate() {
            if self.required.iter().take(position).any(|other| other.right == *right) {
                return Err(ConfigError::new(format!(
                    "the gate requires `{right}` twice: remove one `.require::<..>()`"
                )));
            }
            if right.names_a_tenant() {
                return Err(ConfigError::new(format!(
                    "the gate requires `{right}` of every caller, but not every request has a tenant: require it on \
                     the routes with a tenant, `#[requires(.., in = ..)]`"
                )));
            }
        }
        Ok(())
    }

    /// Builds the gate.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if:
    ///
    /// - the gate has no scheme, two schemes with the same name, or a scheme that cannot work as
    ///   configured
    /// - the timeout is zero
    /// - the gate requires the same right twice, or a right in a tenant
    /// - the login page is not a path on this site, or no scheme reads a cookie
    /// - a trusted origin is not an origin
    /// - a setting of [`danger`](crate::danger) has no reason
    pub fn build(self) -> Result<Gate<P>, ConfigError> {
        self.check()?;
        let mut schemes = Vec::with_capacity(self.schemes.len());
        for scheme in self.schemes {
            scheme.check()?;
            schemes.push((scheme.challenge(), scheme));
        }
        // The sort is stable, so other schemes keep the order of the application.
        schemes.sort_by_key(|(challenge, _)| challenge.rank());
        for (position, (challenge, _)) in schemes.iter().enumerate() {
            let name = challenge.scheme();
            if !challenge.is_well_formed() {
                return Err(ConfigError::new(format!(
                    "cannot send the challenge of `{name}`: its auth-scheme and the names of its parameters must be \
                     tokens (letters, digits and !#$%&'*+-.^_`|~)"
                )));
            }
            if challenge.get("realm").is_none_or(str::is_empty) {
                return Err(ConfigError::new(format!(
                    "the challenge of `{name}` has no realm: set one that people can read, such as `.realm(\"api\")`"
                )));
            }
            let same = |other: &str| other.eq_ignore_ascii_case(name);
            if schemes.iter().take(position).any(|(other, _)| same(other.scheme())) {
                return Err(ConfigError::new(format!(
                    "two schemes of this gate have the name `{name}`, so that their credentials cannot be \
                     distinguished: join them (a `Bearer` trusts more issuers with `.trust(issuer, keys)`), or use \
                     a gate for each"
                )));
            }
        }
        let (challenges, schemes): (Vec<_>, Vec<_>) = schemes.into_iter().unzip();
        let properties: Vec<_> = schemes.iter().map(|scheme| scheme.properties()).collect();
        let fields: Vec<_> = properties.iter().flat_map(|properties| &properties.fields).cloned().collect();
        let of_scheme = || properties.iter().find_map(|properties| properties.login_page.clone());
        let looks = DenialSettings { login_page: self.looks.login_page.or_else(of_scheme), ..self.looks };
        let mut weaker = self.weaker;
        weaker.extend(properties.iter().flat_map(|properties| properties.weaker.iter().copied()));
        weaker.iter().try_for_each(|weaker| weaker.check())?;
        let entry = |((name, scheme), properties): ((_, Box<dyn Scheme<P>>), Properties)| Entry {
            name,
            ambient: properties.is_ambient(),
            is_unknown_to_caches: properties.fields.iter().any(|field| field != AUTHORIZATION),
            reads_authorization: properties.fields.contains(&AUTHORIZATION),
            fields: properties.fields.into(),
            knows_login: properties.knows_login,
            sets_response_fields: properties.sets_response_fields,
            is_repeatable: properties.is_repeatable,
            #[cfg(feature = "session")]
            space: properties.space,
            scheme,
        };
        let names = challenges.iter().map(Challenge::scheme);
        let schemes: Box<[_]> = names.zip(schemes).zip(properties).map(entry).collect();
        let line = |(challenge, entry): (Challenge, &Entry<P>)| SchemeChallenge {
            challenge,
            knows_login: entry.knows_login,
            #[cfg(feature = "oauth")]
            resources: entry.scheme.properties().resources,
        };
        let lines = challenges.into_iter().zip(&schemes).map(line).collect();
        if schemes.iter().any(Entry::needs_response_hooks) {
            response_hooks::enable();
        }
        let login_page = looks.login_page.clone().map(LoginPage::new).transpose()?;
        if login_page.is_some() && schemes.iter().all(|entry| entry.ambient != Ambient::Cookie) {
            return Err(ConfigError::new(
                "the gate has a login page, but no scheme that reads a cookie: add such a scheme, or omit \
                 `.login_page(..)`",
            ));
        }
        weaker.iter().for_each(|weaker| weaker.log());
        Hooks::warn();
        Ok(Gate {
            inner: Arc::new(Inner {
                schemes,
                timeout: self.timeout,
                required: self.required.into(),
                origins: Origins::new(self.origins)?,
                login_page,
                fields: vary_by(fields.iter().cloned()),
                credential_fields: fields.iter().cloned().collect(),
                prepared: Arc::new(Prepared::new(lines, &fields, looks)),
                weaker: weaker.into(),
            }),
        })
    }
}

impl<P: Principal> Dangerous<GateBuilder<P>> {
    /// Reveals to an authenticated caller which rights are missing, and so how the application is
    /// protected.
    ///
    /// The problem document of a 403 has a member `missing`, such as `["role:admin"]`, with the
    /// missing parts of the right in the notation of the access table. It includes all
    /// alternatives. A 404 reveals nothing.
    pub fn tell_missing_rights(self) -> GateBuilder<P> {
        let Self { mut builder, reason } = self;
        builder.looks.tells_missing = true;
        builder.weaker.push(Weaker::new("tell_missing_rights", reason));
        builder
    }
}
