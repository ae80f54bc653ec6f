//! The access tokens of one or several issuers.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::ProtectedResource;
use super::dpop_scheme::ALGORITHM_NAMES;
use crate::denial::resource_metadata::ProtectedPaths;
use crate::error::ConfigError;
use crate::jws::{Audience, Issuer, TrustedIssuers, Verifier};
use crate::scheme::bearer::{Complete, IsComplete, Revocations, TakesAudience, WithoutAudience};
use crate::scheme::{Bearer, TokenCheck};
use crate::secret::debug_only;

/// The access tokens that a service accepts: their issuers, and the name of the service at them.
///
/// The schemes that are made of it share the issuers and their keys. Issuers can be added and
/// removed while the service runs.
///
/// # Examples
///
/// ```
/// use authgate::oauth::AccessTokens;
/// use authgate::scheme::{Bearer, Issuer};
/// use authgate::{ConfigError, Gate};
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// fn gate() -> Result<Gate<User>, ConfigError> {
///     let tokens = AccessTokens::from(Issuer::discover("https://id.example"))
///         .and(Issuer::discover("https://accounts.google.com").alias("accounts.google.com"))
///         .audience("https://api.example");
///     Gate::builder().scheme(Bearer::of(&tokens)).build()
/// }
/// ```
pub struct AccessTokens<C = Complete> {
    pub(super) check: TokenCheck,
    pub(super) resources: Vec<ProtectedResource>,
    /// `true` if a scheme with proofs of possession is made of the tokens.
    pub(super) accepts_proofs: Arc<AtomicBool>,
    missing: PhantomData<fn() -> C>,
}

impl From<Issuer> for AccessTokens<WithoutAudience> {
    fn from(issuer: Issuer) -> Self {
        let mut verifier = Verifier::new([], Audience::OneOf(Vec::new()));
        verifier.issuers = TrustedIssuers::shared([issuer]);
        Self {
            check: TokenCheck::new(Arc::new(verifier)),
            resources: Vec::new(),
            accepts_proofs: Arc::default(),
            missing: PhantomData,
        }
    }
}

impl<C> AccessTokens<C> {
    /// Trusts another issuer. Schemes that were made before, and other clones, do not.
    #[must_use]
    pub fn and(mut self, issuer: Issuer) -> Self {
        self.check.verifier_mut().issuers.change(|issuers| issuers.add(issuer));
        self
    }

    /// Adds a name of this service. The `aud` of a token must contain one of the names, unless its
    /// issuer has its own names ([`Issuer::audience`]).
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> AccessTokens<C::Then>
    where
        C: TakesAudience,
    {
        self.check.verifier_mut().audience.add([audience.into()]);
        let Self { check, resources, accepts_proofs, .. } = self;
        AccessTokens { check, resources, accepts_proofs, missing: PhantomData }
    }

    /// Adds a protected resource. Its URL is an audience of the tokens, and challenges for its
    /// routes name its metadata, which [`metadata`](Self::metadata) serves.
    #[must_use]
    pub fn resource(mut self, resource: ProtectedResource) -> AccessTokens<C::Then>
    where
        C: TakesAudience,
    {
        let audience = resource.url().to_owned();
        self.resources.push(resource);
        self.audience(audience)
    }

    /// Checks each verified token against these revocations. See
    /// [`Bearer::revoked_by`](crate::scheme::Bearer::revoked_by).
    #[must_use]
    pub fn revoked_by(mut self, revocations: impl Revocations) -> Self {
        self.check.set_revocations(Arc::new(revocations));
        self
    }
}

/// While the service runs.
impl<C: IsComplete> AccessTokens<C> {
    /// Trusts another issuer from now on, and starts to fetch its keys.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the issuer cannot be distinguished from the others, or if its
    /// keys cannot be fetched with its settings. The issuers then stay the same.
    pub fn add(&self, issuer: Issuer) -> Result<(), ConfigError> {
        self.check.verifier.issuers.add(issuer)
    }

    /// Removes the issuer with this name or alias, under all of its names. Its tokens are rejected
    /// from now on, also those that [`Bearer::cached`] has verified. Returns `false` if there is no
    /// such issuer.
    #[allow(clippy::must_use_candidate, reason = "called for its effect")]
    pub fn remove(&self, name: &str) -> bool {
        self.check.verifier.issuers.remove(name)
    }

    /// Returns which issuers have keys, such as for a readiness probe.
    #[must_use]
    pub fn health(&self) -> Vec<IssuerHealth> {
        IssuerHealth::of_all(&self.check.verifier)
    }
}

impl<C> Clone for AccessTokens<C> {
    fn clone(&self) -> Self {
        Self {
            check: self.check.clone(),
            resources: self.resources.clone(),
            accepts_proofs: Arc::clone(&self.accepts_proofs),
            missing: PhantomData,
        }
    }
}

/// The protected resources.
impl<C> AccessTokens<C> {
    /// Returns what checks the tokens of a scheme.
    pub(super) fn check_of_scheme(&self) -> TokenCheck {
        let places = self.resources.iter().map(|resource| {
            let (path, _, metadata) = resource.places()?;
            Ok((path.into(), metadata.into()))
        });
        let resources = (!self.resources.is_empty()).then(|| Arc::new(ProtectedPaths::new(places)));
        TokenCheck { resources, ..self.check.clone() }
    }

    /// Returns the resources with the paths of their metadata.
    pub(crate) fn resources_by_path(&self) -> impl Iterator<Item = (String, ProtectedResource)> {
        self.resources.iter().filter_map(|resource| Some((resource.places().ok()?.1, resource.clone())))
    }

    /// Returns the metadata of a resource.
    pub(crate) fn document_of(&self, resource: &ProtectedResource) -> String {
        let issuers = self.check.verifier.issuers.now();
        let names = issuers.as_slice().iter().filter_map(Issuer::identifier).map(str::to_owned);
        let accepts_proofs = self.accepts_proofs.load(Ordering::Relaxed);
        let algorithms: Vec<_> = ALGORITHM_NAMES.split(' ').filter(|_| accepts_proofs).collect();
        resource.document(&names.collect::<Vec<_>>(), &algorithms)
    }
}

debug_only! {
    [C] AccessTokens<C> { verifier: check.verifier }
}

/// Whether the tokens of an issuer can be verified. From [`Gate::health`](crate::Gate::health)
/// and [`AccessTokens::health`].
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct IssuerHealth {
    /// The name of the issuer.
    pub issuer: String,
    /// There are keys. Without keys, tokens of the issuer get 503.
    pub has_keys: bool,
    /// The time since the keys were fetched. `None` for keys that are configured.
    pub keys_age: Option<Duration>,
    /// All tokens of the issuer are introspected, so it needs no keys.
    pub is_introspected: bool,
    /// The last attempt to fetch the keys failed, or the last introspections of two tokens did.
    pub is_failing: bool,
}

impl IssuerHealth {
    /// Returns `true` if tokens of the issuer can be checked: there are keys, or the issuer is
    /// introspected and does not fail.
    #[must_use]
    pub const fn is_ready(&self) -> bool {
        self.has_keys || self.is_introspected && !self.is_failing
    }

    pub(crate) fn of_all(verifier: &Verifier) -> Vec<Self> {
        verifier.issuers.now().as_slice().iter().map(Self::of).collect()
    }

    fn of(issuer: &Issuer) -> Self {
        let set = issuer.key_set();
        let keys_age = set.and_then(|set| set.age());
        Self {
            issuer: issuer.name().to_owned(),
            has_keys: !issuer.is_remote() || keys_age.is_some(),
            keys_age,
            is_introspected: issuer.is_only_introspected(),
            is_failing: set.is_some_and(|set| set.is_failing())
                || issuer.introspector().is_some_and(|introspector| introspector.is_failing()),
        }
    }
}

/// Access tokens with an audience. Its text appears in compiler errors.
#[diagnostic::on_unimplemented(
    message = "these access tokens are `{Self}`: tokens for other services would be accepted",
    label = "`{Self}`",
    note = "set the name of this service: `.audience(\"https://api.example\")`, or \
            `.resource(ProtectedResource::at(\"https://api.example\"))`"
)]
pub trait HasAudience: IsComplete {}
impl HasAudience for Complete {}

impl Bearer<Complete> {
    /// Creates a scheme that accepts these access tokens. They need an audience.
    #[must_use]
    pub fn of<C: HasAudience>(tokens: &AccessTokens<C>) -> Self {
        Self::with_check(tokens.check_of_scheme())
    }
}
