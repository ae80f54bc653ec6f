//! Demonstrating proof of possession (RFC 9449): tokens that are bound to a key of the client.

mod judge;
mod nonce;
mod origin;
mod proof;
mod state;

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, SystemTime};

use authgate_access::Described;
use http::header::{AUTHORIZATION, HeaderName, HeaderValue};
use serde::de::DeserializeOwned;

use super::{AccessTokens, HasAudience, Once, ProtectedResource};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::jws::TokenBinding;
use crate::right::{Principal, SchemeName};
use crate::scheme::{
    Answer, Bearer, CompletePrincipal, Identity, Properties, Resolve, Resolved, Scheme, Tokens, complete,
};
use crate::secret::debug_only;
use judge::{Judge, Sent};
pub use nonce::NonceKey;
use origin::Origin;
pub(super) use proof::ALGORITHM_NAMES;
use proof::DPOP;
pub use state::{IsProtected, Protected, WithoutReplayOrNonces};

const NAME: &str = "DPoP";
const NONCE_FIELD: HeaderName = HeaderName::from_static("dpop-nonce");

/// `Authorization: DPoP` with an access token that is bound to a key of the client, and a proof
/// that the client has the key (RFC 9449). A stolen token is useless without the key.
///
/// The token must be bound by `cnf` with `jkt`. A token that is not bound is rejected, and
/// [`Bearer`] rejects one that is bound. A gate may have both schemes for the same
/// [`AccessTokens`]. The metadata of their resources then lists the algorithms of proofs.
///
/// A recorded request must not be valid again. So a `Dpop` needs a store of used proofs
/// ([`replay`](Self::replay)), [`nonces`](Self::nonces), or both, and does not compile without
/// them. `C` tracks the setting.
///
/// | setting | a proof is accepted | the clock of the client |
/// |---|---|---|
/// | `replay` | once, within five minutes of its `iat` | may be off by the [`leeway`](Self::leeway) |
/// | `nonces` | while its nonce is valid, for two to four minutes, also repeatedly | has no influence |
/// | both | once, while its nonce is valid | has no influence |
///
/// The checks run in this order: the token, the signature of the proof and its key, the method and
/// the URL, the token hash, the nonce, and the store of used proofs. An event at debug level names
/// the failed one. The URL of the proof must be the [`origin`](Self::origin) with the path of the
/// request, without query and fragment. `Host` is never read. A layer that rewrites targets must
/// keep the [`OriginalTarget`](crate::credentials::OriginalTarget).
///
/// Proofs are signed with ES256, `EdDSA`, RS256 or PS256. A build without the feature `asymmetric`
/// or `rust-crypto` accepts `EdDSA` only. A CORS layer must allow the request field `DPoP`, and
/// expose `WWW-Authenticate` and `DPoP-Nonce` to scripts.
///
/// # Examples
///
/// ```
/// use authgate::oauth::{AccessTokens, Dpop, InMemoryOnce, NonceKey};
/// use authgate::scheme::Bearer;
/// use authgate::{ConfigError, Gate};
///
/// #[derive(authgate::Principal, serde::Deserialize)]
/// struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// fn gate(tokens: &AccessTokens, nonce_secret: &[u8]) -> Result<Gate<User>, ConfigError> {
///     let bound = Dpop::of(tokens)
///         .origin("https://api.example")
///         .replay(InMemoryOnce::new())
///         .nonces(NonceKey::new(nonce_secret)?);
///     Gate::builder().scheme(Bearer::of(tokens)).scheme(bound).build()
/// }
/// ```
pub struct Dpop<C = Protected> {
    /// Checks the token, except for its key.
    bearer: Bearer,
    judge: Arc<Judge>,
    /// The origin as it was configured.
    origin: Option<String>,
    protection: PhantomData<fn() -> C>,
}

impl Dpop<WithoutReplayOrNonces> {
    /// Creates a scheme that accepts these access tokens, if they are bound to a key. They need an
    /// audience.
    #[must_use]
    pub fn of<C: HasAudience>(tokens: &AccessTokens<C>) -> Self {
        let mut bearer = Bearer::of(tokens);
        bearer.check.verifier_mut().binding = TokenBinding::Key;
        tokens.accepts_proofs.store(true, Ordering::Relaxed);
        let judge = Judge { leeway: bearer.check.verifier.leeway.get(), ..Judge::default() };
        let scheme = Self { bearer, judge: Arc::new(judge), origin: None, protection: PhantomData };
        let mut origins = tokens.resources.iter().map(ProtectedResource::url);
        let parsed = |url: &str| Origin::parse(url);
        match origins.next() {
            Some(first) if origins.all(|other| parsed(other) == parsed(first)) => scheme.origin(first),
            _ => scheme,
        }
    }
}

impl<C> Dpop<C> {
    fn into_protected(self) -> Dpop {
        let Self { bearer, judge, origin, .. } = self;
        Dpop { bearer, judge, origin, protection: PhantomData }
    }

    fn judge_mut(&mut self) -> &mut Judge {
        Arc::make_mut(&mut self.judge)
    }

    /// Sets the origin under which clients reach this service, such as `https://api.example`. A
    /// path is ignored. Defaults to the origin of the protected resources
    /// ([`AccessTokens::resource`]), and is required if there are none or if they differ.
    ///
    /// A proof names the URL of its request. The origin is not taken from the request, because a
    /// client could choose it, and a proxy may change it.
    #[must_use]
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        let origin = origin.into();
        self.judge_mut().origin = Origin::parse(&origin);
        self.origin = Some(origin);
        self
    }

    /// Rejects proofs that were used before. All processes of the service must share the store.
    #[must_use]
    pub fn replay(mut self, used: impl Once) -> Dpop {
        self.judge_mut().used = Some(Arc::new(used));
        self.into_protected()
    }

    /// Requires a nonce in each proof (RFC 9449 section 9). All processes of the service must share
    /// the key.
    ///
    /// A client without a current nonce gets 401 with a nonce, and retries by itself. It gets the
    /// next nonce with a response before the old one expires.
    #[must_use]
    pub fn nonces(mut self, key: NonceKey) -> Dpop {
        self.judge_mut().nonces = Some(key);
        self.into_protected()
    }

    /// Sets the clock skew allowed between the issuer and this service, and between a client
    /// without nonces and this service. Defaults to 30 seconds, and may be at most five minutes.
    #[must_use]
    pub fn leeway(mut self, leeway: Duration) -> Self {
        self.bearer = self.bearer.leeway(leeway);
        self.judge_mut().leeway = self.bearer.check.verifier.leeway.get();
        self
    }

    /// Sets the realm of the challenge (RFC 9110 section 11.5). Defaults to the audience.
    #[must_use]
    pub fn realm(mut self, realm: impl Into<String>) -> Self {
        self.bearer = self.bearer.realm(realm);
        self
    }

    /// Finds the account of each caller in `source`, with the claims of the token. See [`Resolve`].
    ///
    /// Call it last.
    #[must_use]
    pub fn resolve<Claims, R: Resolve<Claims>>(self, source: R) -> Resolved<Self, Claims, R> {
        Resolved::new(self, source)
    }

    fn own_challenge(&self) -> Challenge {
        let realm = self.bearer.shown_realm();
        Challenge::new(NAME).realm(realm).parameter("algs", ALGORITHM_NAMES)
    }

    fn own_properties(&self) -> Properties {
        // The proof counts once, so the gate remembers the caller for the rest of the request.
        let properties = self.bearer.own_properties().not_repeatable().sets_response_fields();
        properties.fields([AUTHORIZATION, DPOP]).location(Described::Authorization { format: Some("JWT") })
    }

    fn check_settings(&self) -> Result<(), ConfigError> {
        match (&self.origin, &self.judge.origin) {
            (None, _) => {
                return Err(ConfigError::new(
                    "the DPoP scheme has no origin, or the protected resources have several: set the one that clients \
                     use, such as `.origin(\"https://api.example\")`",
                ));
            }
            (Some(text), None) => {
                return Err(ConfigError::new(format!(
                    "the origin {text:?} of the DPoP scheme is not an HTTP URL: write it as clients do, such as \
                     `.origin(\"https://api.example\")`"
                )));
            }
            (Some(_), Some(_)) => {}
        }
        self.bearer.check_settings()
    }

    fn identify<P: DeserializeOwned + Send + Sync + 'static>(
        &self,
        presented: &RequestCredentials<'_>,
        complete: impl CompletePrincipal<P>,
    ) -> Answer<P> {
        let token = presented.authorization().credential_of(NAME).unwrap_or_default();
        let check = &self.bearer.check;
        let answer = match check.verified(token, SystemTime::now, complete) {
            Ok((principal, context)) => check.unless_revoked(token, Identity::new(principal, context)),
            Err(fault) => check.after_fault(token, presented.is_for_several_gates(), fault, complete),
        };
        let (judge, sent) = (Arc::clone(&self.judge), Sent::of(presented, token));
        answer.and_then(|identity| async move { judge.judge(sent, identity).await })
    }

    fn denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.judge.nonce_field().into_iter().collect()
    }
}

impl<C> SchemeName for Dpop<C> {
    const NAME: &'static str = NAME;
}

impl<P: Principal + DeserializeOwned, C: IsProtected + 'static> Scheme<P> for Dpop<C> {
    fn challenge(&self) -> Challenge {
        self.own_challenge()
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        self.identify(presented, complete)
    }

    fn properties(&self) -> Properties {
        self.own_properties()
    }

    fn __denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.denial_fields()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()?;
        self.bearer.warn_of_shared_subjects::<P>();
        Ok(())
    }
}

impl<Claims, C> Tokens<Claims> for Dpop<C>
where
    Claims: DeserializeOwned + Send + Sync + 'static,
    C: IsProtected + 'static,
{
    fn challenge(&self) -> Challenge {
        self.own_challenge()
    }

    fn properties(&self) -> Properties {
        self.own_properties()
    }

    fn identify_claims(&self, presented: &RequestCredentials<'_>) -> Answer<Claims> {
        self.identify(presented, |_, _| true)
    }

    fn denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        self.denial_fields()
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.check_settings()
    }
}

debug_only! {
    /// Omits the keys.
    [C] Dpop<C> { bearer, origin }
}
