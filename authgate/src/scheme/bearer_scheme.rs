//! Bearer tokens (RFC 6750) in the form of JWTs (RFC 7519), such as access tokens (RFC 9068).

#[cfg(feature = "cache")]
mod cached;
mod check;
mod identify;
mod in_memory_revocations;
mod state;
pub(super) mod tokens;
#[cfg(test)]
mod tests;
mod weaker;

use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use serde::de::DeserializeOwned;

#[cfg(feature = "cache")]
pub use cached::{CacheSize, Cached};
pub use in_memory_revocations::InMemoryRevocations;
pub use state::{
    Complete, IsComplete, TakesAudience, TakesIssuer, WithoutAudience, WithoutIssuer,
    WithoutIssuerAndAudience,
};

use super::resolve::Resolve;
use super::token_check::TokenCheck;
use super::{Answer, Properties, Resolved, Scheme, SchemeName};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::dangerous::{Dangerous, Weaker};
use crate::denial::Challenge;
pub use crate::jws::IntoKeys;
use crate::jws::issuers::Issuers;
use crate::jws::{Audience, Issuer, Leeway, TokenType, Verifier};
use crate::right::{Context, Principal, has_non_empty_id};
pub use crate::right::{Revocation, RevocationStatus, RevocationStore, Revocations};
use crate::secret::debug_only;
use authgate_access::Described;
use tokens::Tokens;

/// `Authorization: Bearer` with a signed JWT.
///
/// The key, never the token, selects the signature algorithm. `C` tracks the missing settings:
/// without an issuer and an audience, a `Bearer` does not implement [`Scheme`].
///
/// The claims `exp`, `iss` and `aud` are required, as are the claims that the principal is
/// deserialized from. A `kid` selects the keys with that id and the keys without an id
/// ([`Keys::with_id`](super::Keys::with_id)). Tokens in the query or the body are never read.
///
/// | claim | if it has the wrong type, or a number is beyond the range of an `f64` |
/// |---|---|
/// | `iss`, `aud`, `exp`, `nbf`, `jti` | 401 `credentials_malformed`, because they protect |
/// | `cnf` | 401 `credentials_rejected`, whatever it contains: the token is bound to a key |
/// | `auth_time`, `acr`, `amr` | unknown: a route that requires them asks for another login |
/// | `act` | an unknown actor ([`Context::actor`](crate::Context::actor)) |
/// | `iat`, `sub` and others | ignored, unless the principal is deserialized from them |
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://issuer.example")
///     .audience("https://api.example")
///     .realm("api");
/// # Ok(()) }
/// ```
pub struct Bearer<C = Complete> {
    pub(crate) check: TokenCheck,
    realm: Option<String>,
    leeway: Option<Duration>,
    /// An issuer was added to those of an `AccessTokens`.
    changes_shared_issuers: bool,
    /// The settings that are weaker than the default.
    weaker: Vec<Weaker>,
    missing: PhantomData<fn() -> C>,
}

impl Bearer<WithoutIssuerAndAudience> {
    /// Accepts JWTs signed with these keys.
    #[must_use]
    pub fn jwt(keys: impl IntoKeys) -> Self {
        let issuers = [Issuer::with_keys("", keys)];
        Self::with_check(TokenCheck::new(Arc::new(Verifier::new(issuers, Audience::OneOf(Vec::new())))))
    }
}

impl<C> Bearer<C> {
    pub(crate) const fn with_check(check: TokenCheck) -> Self {
        Self {
            check,
            realm: None,
            leeway: None,
            changes_shared_issuers: false,
            weaker: Vec::new(),
            missing: PhantomData,
        }
    }

    fn verifier_mut(&mut self) -> &mut Verifier {
        self.check.verifier_mut()
    }

    fn change_issuers(&mut self, change: impl FnOnce(&mut Issuers)) {
        self.changes_shared_issuers |= self.check.verifier.issuers.is_shared();
        self.verifier_mut().issuers.change(change);
    }

    fn into_state<D>(self) -> Bearer<D> {
        Bearer {
            check: self.check,
            realm: self.realm,
            leeway: self.leeway,
            changes_shared_issuers: self.changes_shared_issuers,
            weaker: self.weaker,
            missing: PhantomData,
        }
    }

    /// Sets the trusted issuer. A token's `iss` must match exactly (RFC 9068 section 4).
    #[must_use]
    pub fn issuer<Then>(mut self, issuer: impl Into<String>) -> Bearer<Then>
    where
        // With `Then` as a parameter, a second issuer gets the diagnostic of `TakesIssuer`.
        C: TakesIssuer<Then = Then>,
    {
        self.change_issuers(|issuers| issuers.change_first(|first| first.rename(issuer.into())));
        self.into_state()
    }

    /// Accepts another `iss` for the keys of [`jwt`](Self::jwt): the issuer has several names, as
    /// Microsoft Entra has for tokens of versions 1 and 2. See [`Issuer::alias`].
    #[must_use]
    pub fn or_issuer(mut self, alias: impl Into<String>) -> Self {
        self.change_issuers(|issuers| issuers.change_first(|first| *first = first.clone().alias(alias)));
        self
    }

    /// Trusts another issuer. A token's `iss` selects the issuer, and only the keys of that issuer
    /// are tried (RFC 8725 section 3.8).
    ///
    /// A trusted issuer is trusted in everything it states: it can give its subjects any role and
    /// scope. Subjects are unique per issuer only (RFC 7519 section 4.1.2): two issuers may use
    /// `ada` for different callers. So a principal for several issuers should have a field that the
    /// gate fills with the verified issuer:
    ///
    /// ```
    /// #[derive(authgate::Principal, serde::Deserialize)]
    /// struct User {
    ///     #[principal(id)]
    ///     sub: String,
    ///     #[principal(issuer)]
    ///     iss: String,
    /// }
    /// ```
    ///
    /// `#[principal(shared_subjects)]` on the struct declares that a subject is the same caller at
    /// each issuer, for example because the issuers share a user directory. Without either
    /// attribute, `build()` logs a warning. Policies read the issuer from the field or from
    /// [`Context::issuer`](crate::Context::issuer).
    #[must_use]
    pub fn trust(self, issuer: impl Into<String>, keys: impl IntoKeys) -> Self {
        self.trust_issuer(Issuer::with_keys(issuer, keys))
    }

    /// Trusts another issuer, which has several names, a separate audience or other settings.
    /// See [`trust`](Self::trust).
    ///
    /// ```
    /// use authgate::scheme::{Bearer, Issuer, Keys};
    ///
    /// fn bearer(ours: Keys, partner: Keys) -> Bearer {
    ///     let partner = Issuer::with_keys("https://partner.example", partner)
    ///         .alias("https://login.partner.example")
    ///         .audience("reports");
    ///     Bearer::jwt(ours)
    ///         .issuer("https://issuer.example")
    ///         .audience("https://api.example")
    ///         .trust_issuer(partner)
    /// }
    /// ```
    #[must_use]
    pub fn trust_issuer(mut self, issuer: Issuer) -> Self {
        self.change_issuers(|issuers| issuers.add(issuer));
        self
    }

    /// Adds a name of this service. A token's `aud` must contain one of the names.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Bearer<C::Then>
    where
        C: TakesAudience,
    {
        self.verifier_mut().audience.add([audience.into()]);
        self.into_state()
    }

    /// Reads the audience from another claim than `aud`, and adds names of this service: Amazon
    /// Cognito and Clerk issue access tokens without `aud`, for the client in `client_id` or `azp`.
    ///
    /// A token for another client is 401 `credentials_wrong_audience`, as is one without the claim.
    ///
    /// ```
    /// use authgate::scheme::{Bearer, Keys};
    ///
    /// fn bearer(keys: Keys) -> Bearer {
    ///     Bearer::jwt(keys)
    ///         .issuer("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AAAAAAAAA")
    ///         .audience_claim("client_id", ["web", "app"])
    /// }
    /// ```
    #[must_use]
    pub fn audience_claim<N: Into<String>>(
        mut self,
        claim: impl Into<String>,
        names: impl IntoIterator<Item = N>,
    ) -> Bearer<C::Then>
    where
        C: TakesAudience,
    {
        self.verifier_mut().audience.read_from(claim.into());
        self.verifier_mut().audience.add(names.into_iter().map(Into::into));
        self.into_state()
    }

    /// Sets the realm of the challenge (RFC 9110 section 11.5). Defaults to the audience.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.realm = Some(realm.into());
        self
    }

    /// Sets the clock skew allowed between the issuer and this service. Defaults to 30 seconds, and
    /// may be at most five minutes.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.leeway = Some(leeway);
        if let Some(leeway) = u16::try_from(leeway.as_secs()).ok().and_then(Leeway::seconds) {
            self.verifier_mut().leeway = leeway;
        }
        self
    }

    /// Accepts only tokens with the `typ` of access tokens (RFC 9068 section 4), which excludes ID
    /// tokens.
    #[must_use]
    pub fn require_at_jwt(mut self) -> Self {
        self.verifier_mut().token_type = TokenType::AccessToken;
        self
    }

    /// Checks on every request, after all other checks, whether the token was revoked.
    ///
    /// Pass a [`InMemoryRevocations`], an implementation of [`Revocations`], or a closure over the
    /// [`Context`] that returns `true` for a revoked token. A second call replaces
    /// the first.
    ///
    /// ```
    /// use authgate::Context;
    /// use authgate::scheme::{Bearer, Keys};
    ///
    /// fn bearer(keys: Keys) -> Bearer {
    ///     Bearer::jwt(keys)
    ///         .issuer("https://issuer.example")
    ///         .audience("https://api.example")
    ///         .revoked_by(|context: &Context| context.token_id() == Some("stolen"))
    /// }
    /// ```
    #[must_use]
    pub fn revoked_by(mut self, revocations: impl Revocations) -> Self {
        self.check.set_revocations(Arc::new(revocations));
        self
    }

    /// Finds the account of each caller in `source`, with the claims of the token. See [`Resolve`].
    ///
    /// Call it last. For cached tokens: `bearer.cached(size).resolve(db)`.
    #[must_use]
    pub fn resolve<Claims, R: Resolve<Claims>>(self, source: R) -> Resolved<Self, Claims, R> {
        Resolved::new(self, source)
    }

    /// Takes one setting that is weaker than the default:
    /// `.dangerous("reason").any_audience()`.
    pub fn dangerous(self, reason: &'static str) -> Dangerous<Self> {
        Dangerous::new(self, reason)
    }

    pub(crate) fn shown_realm(&self) -> &str {
        let audience = self.check.verifier.audience.names().first().map(String::as_str);
        self.realm.as_deref().or(audience).unwrap_or_default()
    }
}

impl<C> SchemeName for Bearer<C> {
    const NAME: &'static str = "Bearer";
}

/// Sets the verified issuer, before anything reads the principal. Returns `false` if it has no
/// name.
pub(crate) fn complete<P: Principal>(principal: &mut P, context: &Context) -> bool {
    if let Some(issuer) = context.issuer() {
        principal.__set_issuer(issuer);
    }
    has_non_empty_id(principal)
}

impl<P: Principal + DeserializeOwned, C: IsComplete + 'static> Scheme<P> for Bearer<C> {
    fn challenge(&self) -> Challenge {
        self.own_challenge()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        self.identify(presented, complete)
    }

    fn __verifier(&self) -> Option<&Verifier> {
        Some(&self.check.verifier)
    }

    fn properties(&self) -> Properties {
        self.own_properties()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()?;
        self.warn_of_shared_subjects::<P>();
        Ok(())
    }
}

impl<Claims, C> Tokens<Claims> for Bearer<C>
where
    Claims: DeserializeOwned + Send + Sync + 'static,
    C: IsComplete + 'static,
{
    fn challenge(&self) -> Challenge {
        self.own_challenge()
    }

    fn properties(&self) -> Properties {
        self.own_properties()
    }

    fn verifier(&self) -> Option<&Verifier> {
        Some(&self.check.verifier)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()
    }

    fn identify_claims(&self, presented: &RequestCredentials<'_>) -> Answer<Claims> {
        self.identify(presented, |_, _| true)
    }
}

impl<C> Bearer<C> {
    pub(super) fn own_challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm(self.shown_realm())
    }

    pub(crate) fn own_properties(&self) -> Properties {
        let location = Described::Authorization { format: Some("JWT") };
        #[cfg(feature = "oauth")]
        let location = self.check.described().unwrap_or(location);
        let properties = Properties::new().location(location).weaker(&self.weaker).repeatable();
        #[cfg(feature = "oauth")]
        let properties = self.check.complete(properties);
        properties
    }
}

debug_only! {
    /// Omits the keys.
    [C] Bearer<C> { realm, verifier: check.verifier }
}

// Without this method, `bearer.cached(CacheSize::mebibytes(16))` would be a second error beside the
// unknown `CacheSize`, whose error names the feature.
#[cfg(not(feature = "cache"))]
impl<C> Bearer<C> {
    #[doc(hidden)]
    #[must_use]
    pub fn cached(self, size: TheFeatureCacheIsMissing) -> Self {
        match size {}
    }
}

/// No value: [`Bearer::cached`] needs the feature `cache`.
#[cfg(not(feature = "cache"))]
#[doc(hidden)]
#[derive(Debug, Clone, Copy)]
pub enum TheFeatureCacheIsMissing {}
