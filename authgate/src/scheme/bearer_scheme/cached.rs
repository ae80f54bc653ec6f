//! A cache of verified tokens.

mod kept;
mod size;

use std::sync::Arc;
use std::time::SystemTime;

use serde::de::DeserializeOwned;

use kept::{Kept, Store};
pub use size::CacheSize;

use super::tokens::Tokens;
use super::{Bearer, Complete, IsComplete, complete};
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::jws::Verifier;
use crate::right::{CredentialError, Principal, SchemeName};
use crate::scheme::resolve::Resolve;
use crate::scheme::token_check::CompletePrincipal;
use crate::scheme::{Answer, Identity, Properties, Resolved, Scheme};
use crate::secret::debug_only;

/// A [`Bearer`] that caches verified tokens. Created by [`Bearer::cached`].
///
/// The cache maps the complete token to its principal. An entry counts only while the keys that
/// verified the token are current. It no longer counts once the token has expired, or if the clock
/// has gone back to before the verification. The token is then verified again. Revocation
/// ([`Bearer::revoked_by`]) is checked on every request. Rejected tokens are never cached, and two
/// schemes never share a cache.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::{CacheSize, Cached};
/// use authgate::scheme::{Bearer, Keys};
///
/// #[derive(Clone, authgate::Principal, serde::Deserialize)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// fn scheme(keys: Keys) -> Cached<User> {
///     Bearer::jwt(keys)
///         .issuer("https://issuer.example")
///         .audience("https://api.example")
///         .cached(CacheSize::mebibytes(16))
/// }
/// ```
pub struct Cached<P, C = Complete> {
    bearer: Bearer<C>,
    size: CacheSize,
    store: Store<P>,
}

impl<C> Bearer<C> {
    /// Caches the principals of verified tokens in memory, up to the given size. Call it last.
    ///
    /// A repeated token then costs a lookup, and its requests share the principal. The cache pays
    /// off if clients repeat their tokens and verification is slow: signatures by key pairs, or
    /// principals that are slow to deserialize.
    ///
    /// ```
    /// use authgate::Gate;
    /// use authgate::scheme::bearer::CacheSize;
    /// use authgate::scheme::{Bearer, Keys};
    ///
    /// #[derive(Clone, authgate::Principal, serde::Deserialize)]
    /// struct User {
    ///     #[principal(id)]
    ///     sub: String,
    /// }
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
    ///     .issuer("https://issuer.example")
    ///     .audience("https://api.example");
    /// let gate = Gate::<User>::builder().scheme(bearer.cached(CacheSize::mebibytes(16))).build()?;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn cached<P>(self, size: CacheSize) -> Cached<P, C>
    where
        // `Scheme` has the bounds on `P`: repeated here, the compiler would report them twice.
        C: IsComplete,
    {
        Cached { bearer: self, size, store: Store::new(size) }
    }
}

impl<Claims, C> Cached<Claims, C> {
    /// Finds the account of each caller in `source`, as [`Bearer::resolve`] does. The cache keeps
    /// the claims, and the source is queried on every request.
    #[must_use]
    pub fn resolve<R: Resolve<Claims>>(self, source: R) -> Resolved<Self, Claims, R> {
        Resolved::new(self, source)
    }
}

impl<P: DeserializeOwned + Clone + Send + Sync + 'static, C> Cached<P, C> {
    /// Returns the cached entry of the token if it is still valid. Otherwise, verifies the token
    /// and caches the result.
    fn find(
        &self,
        token: &[u8],
        now: SystemTime,
        complete: impl CompletePrincipal<P>,
    ) -> Result<Arc<Kept<P>>, CredentialError> {
        // Read before the keys: if they are replaced meanwhile, the new entry counts as outdated.
        let generation = self.bearer.check.verifier.generation();
        let holds = |kept: &Arc<Kept<P>>| kept.holds(generation, now, self.bearer.check.verifier.leeway);
        if let Some(kept) = self.store.get(token).filter(holds) {
            return Ok(kept);
        }
        match self.bearer.check.verified(token, move || now, complete) {
            Ok((principal, context)) => {
                let kept = Arc::new(Kept { principal, context, verified_at: now, generation });
                self.store.insert(token, &kept);
                Ok(kept)
            }
            Err(fault) => {
                // An older entry may exist.
                self.store.remove(token);
                Err(fault)
            }
        }
    }

    fn identify(&self, presented: &RequestCredentials<'_>, complete: impl CompletePrincipal<P>) -> Answer<P> {
        let token = Bearer::<C>::token(presented);
        if !Store::<P>::takes(token) {
            return self.bearer.identify(presented, complete);
        }
        match self.find(token, SystemTime::now(), complete) {
            Ok(kept) => {
                let context = kept.context.clone();
                self.bearer.check.unless_revoked(token, Identity::shared(kept, context))
            }
            Err(fault) => {
                self.bearer.check.after_fault(token, presented.is_for_several_gates(), fault, complete)
            }
        }
    }
}

impl<Claims, C> Tokens<Claims> for Cached<Claims, C>
where
    Claims: DeserializeOwned + Clone + Send + Sync + 'static,
    C: IsComplete + 'static,
{
    fn challenge(&self) -> Challenge {
        self.bearer.own_challenge()
    }

    fn properties(&self) -> Properties {
        self.bearer.own_properties()
    }

    fn verifier(&self) -> Option<&Verifier> {
        Some(&self.bearer.check.verifier)
    }

    fn identify_claims(&self, presented: &RequestCredentials<'_>) -> Answer<Claims> {
        self.identify(presented, |_, _| true)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.size.check()?;
        self.bearer.check_settings()
    }
}

impl<P, C> SchemeName for Cached<P, C> {
    const NAME: &'static str = <Bearer<C> as SchemeName>::NAME;
}

// Methods that are not overridden keep the trait's default, as in `Bearer`.
impl<P: Principal + DeserializeOwned + Clone, C: IsComplete + 'static> Scheme<P> for Cached<P, C> {
    fn challenge(&self) -> Challenge {
        Scheme::<P>::challenge(&self.bearer)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<P> {
        self.identify(presented, complete)
    }

    fn __verifier(&self) -> Option<&Verifier> {
        Scheme::<P>::__verifier(&self.bearer)
    }

    fn properties(&self) -> Properties {
        Scheme::<P>::properties(&self.bearer)
    }

    fn check(&self) -> Result<(), ConfigError> {
        self.size.check()?;
        Scheme::<P>::check(&self.bearer)
    }
}

debug_only! {
    /// Omits tokens and principals.
    [P, C] Cached<P, C> { bearer, size }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use hmac::{Hmac, KeyInit as _, Mac as _};

    use super::*;
    use crate::jws::Keys;

    const SECRET: &str = "a secret of at least 32 bytes, it is";
    const NOW: u64 = 1_700_000_000;

    #[derive(Clone, authgate::Principal, serde::Deserialize)]
    struct User {
        #[principal(id)]
        sub: String,
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// Valid from `NOW - 100` to `NOW + 100`.
    fn token() -> String {
        let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256"}"#);
        let claims = format!(
            r#"{{"iss":"https://issuer.example","aud":"https://api.example","sub":"vera","nbf":{},"exp":{}}}"#,
            NOW - 100,
            NOW + 100
        );
        let signed = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
        let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap().chain_update(&signed);
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
    }

    fn cached() -> Cached<User> {
        let bearer = Bearer::jwt(Keys::hs256(SECRET).unwrap());
        bearer
            .issuer("https://issuer.example")
            .audience("https://api.example")
            .cached(CacheSize::mebibytes(1))
    }

    fn found(cached: &Cached<User>, now: u64) -> Result<String, CredentialError> {
        cached.find(token().as_bytes(), at(now), complete).map(|kept| kept.principal.sub.clone())
    }

    #[test]
    fn cached_and_uncached_tokens_give_the_same_result() {
        let kept = cached();
        assert_eq!(found(&kept, NOW), Ok("vera".into()));
        for now in [NOW + 1, NOW + 129, NOW + 130, NOW - 1, NOW - 130, NOW - 131, NOW + 5000, NOW - 5000, NOW]
        {
            assert_eq!(found(&kept, now), found(&cached(), now), "at {now}");
        }
        assert_eq!(found(&kept, NOW + 130), Err(CredentialError::Expired));
        assert_eq!(found(&kept, NOW), Ok("vera".into()), "verified and kept anew");
        assert_eq!(found(&kept, NOW - 131), Err(CredentialError::NotYetValid), "clocks go back");
    }

    #[test]
    fn expired_token_is_removed_from_the_cache() {
        let kept = cached();
        let is_there = || kept.store.get(token().as_bytes()).is_some();
        assert!(found(&kept, NOW).is_ok() && is_there());
        assert!(found(&kept, NOW + 500).is_err() && !is_there());
    }
}
