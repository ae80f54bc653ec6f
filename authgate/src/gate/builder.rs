use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::header::AUTHORIZATION;

use super::cross_site::Origins;
use super::login_page::LoginPage;
use super::{ConfigError, Entry, Gate, Inner, Required, way_back};
use crate::denial::{Challenge, Denial, Languages, Looks, Prepared, Rendering, Wording, vary_by};
use crate::right::{Principal, Reason, Requirement, evaluate, sound};
use crate::scheme::{Attachment, Scheme};
use crate::test_hooks::{Hooks, RequestHooks as _};

/// A [`Gate`] in the making.
#[must_use = "a gate is not there before `build()`"]
pub struct GateBuilder<P> {
    schemes: Vec<Box<dyn Scheme<P>>>,
    timeout: Duration,
    required: Vec<Required<P>>,
    origins: Vec<String>,
    looks: Looks,
}

/// How long a scheme may take to answer, if nothing else is said.
const TIMEOUT: Duration = Duration::from_secs(2);

impl<P> fmt::Debug for GateBuilder<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("GateBuilder").field("schemes", &self.schemes.len()).finish_non_exhaustive()
    }
}

impl<P: Principal> GateBuilder<P> {
    pub(super) fn new() -> Self {
        Self {
            schemes: Vec::new(),
            timeout: TIMEOUT,
            required: Vec::new(),
            origins: Vec::new(),
            looks: Looks::default(),
        }
    }

    /// Adds a scheme by which callers may prove who they are. Clients see the challenges in the order with which real ones
    /// cope: `Bearer`, `Digest`, those of other schemes as they are added, `Basic` (`standards.md` rows 7 and 9).
    pub fn scheme(mut self, scheme: impl Scheme<P>) -> Self {
        self.schemes.push(Box::new(scheme));
        self
    }

    /// Asks a right of every caller, on every route and wherever else somebody is identified: that his account is active. A
    /// route may waive it, for a reason: `#[requires(waive = Active, reason = "suspended users may pay", ..)]`.
    pub fn require<R: Requirement<P>>(mut self) -> Self {
        const { sound(R::EXPRESSION) };
        self.required.push(Required { right: R::EXPRESSION, evaluate: evaluate::<R, P> });
        self
    }

    /// Changes how denials look: a body, and header fields besides. `None` leaves one as it is. The status, the
    /// challenges and the caching are not the hook's to change, and a hook that panics is passed over.
    ///
    /// ```
    /// # use authgate::{Denial, Rendering, gate::GateBuilder};
    /// # fn example<P: authgate::Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    /// builder.render(|denial: &Denial| {
    ///     let page = format!("<!doctype html><title>Acme</title><p>{}</p>", denial.reason().detail());
    ///     Some(Rendering::html(page))
    /// })
    /// # }
    /// ```
    pub fn render(mut self, render: impl Fn(&Denial) -> Option<Rendering> + Send + Sync + 'static) -> Self {
        self.looks.render = Some(Arc::new(render));
        self
    }

    /// How long a scheme that has to ask somebody else (a database, a session store) may take: two seconds, if it is not
    /// set. After that the request is 503 with `Retry-After`. It needs a tokio runtime with its timer.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Where browsers are sent to sign in: a path on this site. A caller without credentials, or with a cookie that is good no
    /// more, whose browser goes to a page (`Sec-Fetch-Mode: navigate`, `Accept: text/html`), is answered 303 to it, with the
    /// target as `return_to` in the query ([`ReturnTo`](crate::ReturnTo)). So is one who has signed in, where all that he lacks
    /// is a login that is more recent or stronger, and then the query has `reason=step_up_required` besides, with `max_age` and
    /// `acr_values` as a challenge has them (RFC 9470 section 3), where they are what is asked for. Every other client has its 401, and a caller who is known and lacks a right has his 403.
    pub fn login_page(mut self, path: impl Into<String>) -> Self {
        self.looks.login_page = Some(path.into());
        self
    }

    /// Trusts another origin, such as `https://app.example`, to send its users' cookies and remembered passwords here with
    /// methods that change something. Every other origin's pages are refused that: 403 `cross_site` (`standards.md` row 96).
    pub fn trust_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// The application's name, as pages show it.
    pub fn app_name(mut self, name: impl Into<String>) -> Self {
        self.looks.app_name = Some(name.into());
        self
    }

    /// Says in the client's language what denials say. `None` leaves one in English, and a hook that panics is passed over.
    ///
    /// ```
    /// # use authgate::{Languages, Reason, Wording, gate::GateBuilder};
    /// # fn example<P: authgate::Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
    /// builder.wording(|reason, languages| match (languages.best(&["en", "de"])?, reason) {
    ///     ("de", Reason::Missing) => Some(Wording::new("de", "Nicht angemeldet", "Melden Sie sich bitte an.")),
    ///     _ => None,
    /// })
    /// # }
    /// ```
    pub fn wording(
        mut self,
        wording: impl Fn(Reason, &Languages<'_>) -> Option<Wording> + Send + Sync + 'static,
    ) -> Self {
        self.looks.translate = Some(Arc::new(wording));
        self
    }

    /// What [`danger`](crate::danger) does.
    pub(crate) fn loosen_missing_rights(mut self, reason: &'static str) -> Self {
        self.looks.tells_missing = Some(reason);
        self
    }

    /// What cannot work, but for the schemes.
    fn check(&self) -> Result<(), ConfigError> {
        if self.schemes.is_empty() {
            return Err(ConfigError::new(
                "a gate without a scheme lets nobody in: add one with `.scheme(..)`",
            ));
        }
        if self.timeout.is_zero() {
            return Err(ConfigError::new(
                "a gate with a timeout of zero waits for nobody, so that every password and every session is 503: leave \
                 `.timeout(..)` out for two seconds, or give it more",
            ));
        }
        for (position, Required { right, .. }) in self.required.iter().enumerate() {
            if self.required.iter().take(position).any(|other| other.right == *right) {
                return Err(ConfigError::new(format!(
                    "the gate requires `{right}` of everybody twice: leave one `.require::<..>()` out"
                )));
            }
            if right.names_a_tenant() {
                return Err(ConfigError::new(format!(
                    "the gate requires `{right}` of everybody, and not every request is about a tenant: ask for it on the \
                     routes that are, with `#[requires(.., in = ..)]`"
                )));
            }
        }
        match self.looks.tells_missing {
            Some(reason) if crate::const_text::is_blank(reason) => Err(ConfigError::new(
                "`danger` takes a reason: write why `tell_missing_rights` is all right here, for those who review it",
            )),
            _ => Ok(()),
        }
    }

    /// Makes the gate ready.
    ///
    /// # Errors
    ///
    /// The gate has no scheme, two of one name, or one that cannot work as it is configured; its timeout is zero; it requires
    /// the same of everybody twice, or something in a tenant; the login page is no path on this site, or no scheme is there that
    /// signing in would help; an origin is none; what is in [`danger`](crate::danger) has no reason.
    pub fn build(self) -> Result<Gate<P>, ConfigError> {
        self.check()?;
        let mut schemes = Vec::with_capacity(self.schemes.len());
        for scheme in self.schemes {
            scheme.check()?;
            schemes.push((scheme.challenge(), scheme));
        }
        // Stable: among the others, the application's order stays.
        schemes.sort_by_key(|(challenge, _)| rank(challenge.scheme()));
        for (position, (challenge, _)) in schemes.iter().enumerate() {
            let name = challenge.scheme();
            if !challenge.is_well_formed() {
                return Err(ConfigError::new(format!(
                    "the challenge of `{name}` cannot be sent: its auth-scheme and the names of its parameters must be \
                     tokens (letters, digits and !#$%&'*+-.^_`|~)"
                )));
            }
            if challenge.get("realm").is_none_or(str::is_empty) {
                return Err(ConfigError::new(format!(
                    "the challenge of `{name}` has no realm: give it one that people can read, such as `.realm(\"api\")`"
                )));
            }
            let same = |other: &str| other.eq_ignore_ascii_case(name);
            if schemes.iter().take(position).any(|(other, _)| same(other.scheme())) {
                return Err(ConfigError::new(format!(
                    "two schemes of this gate are called `{name}`, so that nobody could tell whose a credential is: \
                     join them into one (a `Bearer` takes more issuers with `.trust(issuer, keys)`), or give each a \
                     gate of its own"
                )));
            }
        }
        let (challenges, schemes): (Vec<_>, Vec<_>) = schemes.into_iter().unzip();
        let fields: Vec<_> = schemes.iter().flat_map(|scheme| scheme.fields()).cloned().collect();
        let entry = |(name, scheme): (_, Box<dyn Scheme<P>>)| Entry {
            name,
            attachment: scheme.attachment(),
            is_unknown_to_caches: scheme.fields().iter().any(|field| field != AUTHORIZATION),
            never_waits: scheme.never_waits(),
            reads_authorization: scheme.fields().contains(&AUTHORIZATION),
            knows_login: scheme.knows_login(),
            scheme,
        };
        let names = challenges.iter().map(Challenge::scheme);
        let schemes: Box<[_]> = names.zip(schemes).map(entry).collect();
        let knows_login: Vec<_> = schemes.iter().map(|entry: &Entry<P>| entry.knows_login).collect();
        let lines = challenges.into_iter().zip(knows_login).collect();
        if schemes.iter().any(Entry::answers) {
            way_back::use_it();
        }
        let login_page = self.looks.login_page.clone().map(LoginPage::new).transpose()?;
        if login_page.is_some() && schemes.iter().all(|entry| entry.attachment != Attachment::Cookie) {
            return Err(ConfigError::new(
                "there is a login page, and no scheme that would know who has signed in there: add one that takes a \
                 cookie, or leave `.login_page(..)` out",
            ));
        }
        if let Some(reason) = self.looks.tells_missing {
            let what = "tell_missing_rights";
            tracing::warn!(target: "authgate::gate", what, reason, "callers are told which rights they lack");
        }
        Hooks::warn();
        Ok(Gate {
            inner: Arc::new(Inner {
                schemes,
                timeout: self.timeout,
                required: self.required.into(),
                origins: Origins::new(self.origins)?,
                login_page,
                fields: vary_by(fields.iter().cloned()),
                prepared: Arc::new(Prepared::new(lines, &fields, self.looks)),
            }),
        })
    }
}

/// Where a challenge stands among the others, so that real clients find the one that they know (`standards.md` rows 7 and
/// 52, and the matrix of clients there): some look at the first alone, some take Basic where it comes before Digest, and
/// some give up at a name that they do not know after Basic.
fn rank(scheme: &str) -> u8 {
    match scheme.to_ascii_lowercase().as_str() {
        "bearer" => 0,
        "digest" => 1,
        "basic" => 3,
        _ => 2,
    }
}
