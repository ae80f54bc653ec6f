//! Issuers whose tokens are introspected.

use std::sync::{Arc, OnceLock};

use super::{Introspection, Introspector};
use crate::dangerous::Weaker;
use crate::error::ConfigError;
use crate::jws::issuers::{Issuer, Issuers};
use crate::jws::remote::{KeySet, Remote};
use crate::jws::{IssuerKeys, KeyError, Keys, RotatingKeys};

/// The introspection of an issuer's tokens, and its state once a gate is built.
#[derive(Clone, Debug)]
pub(in crate::jws) struct IssuerIntrospection {
    pub(super) introspection: Introspection,
    /// JWTs are introspected after they were verified.
    pub(super) includes_jwts: bool,
    /// Shared by the clones of an issuer, so that several gates share its answers.
    running: Arc<OnceLock<Arc<Introspector>>>,
}

impl IssuerIntrospection {
    /// Forgets the shared state, because the settings of the issuer have changed.
    pub(in crate::jws) fn reset(&mut self) {
        self.running = Arc::default();
    }

    pub(in crate::jws) fn weaker(&self) -> impl Iterator<Item = Weaker> {
        self.introspection.weaker()
    }

    /// Checks the settings and prepares the calls.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the endpoint can never be called.
    pub(in crate::jws) fn start(&self, remote: &Remote, keys: &IssuerKeys) -> Result<(), ConfigError> {
        self.introspection.check(&remote.settings).map_err(|error| remote.wrong(&error))?;
        if self.running.get().is_none() {
            let (keys, set) = match (keys, remote.key_set()) {
                (IssuerKeys::Rotating(keys), Some(set)) => (keys.clone(), Arc::clone(set)),
                // These keys verify signed answers only. A JWT must not be accepted for them.
                _ => {
                    let keys = RotatingKeys::new(Keys::none());
                    (keys.clone(), Arc::new(KeySet::new(remote.checked()?, keys)))
                }
            };
            let new = Introspector::new(set.settings.clone(), self.introspection.clone(), keys, set);
            new.start();
            // Another gate may have started it in the meantime.
            drop(self.running.set(Arc::new(new)));
        }
        Ok(())
    }
}

/// Issuers whose tokens are introspected.
impl Issuer {
    /// Creates an issuer without keys. It is asked about each of its tokens (RFC 7662), and the
    /// answers are cached.
    ///
    /// Its tokens are those that are not JWTs, and JWTs with its `iss`. A JWT with the `iss` of an
    /// unknown issuer is rejected without asking anyone.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oauth::Introspection;
    /// use authgate::scheme::Issuer;
    ///
    /// fn issuer(secret: String) -> Issuer {
    ///     let introspection = Introspection::at("https://old.example/introspect").client("api", secret);
    ///     Issuer::introspected("https://old.example", introspection)
    /// }
    /// ```
    #[must_use]
    pub fn introspected(name: impl Into<String>, introspection: Introspection) -> Self {
        let mut issuer = Self::discover(name);
        issuer.keys = Keys::none().into();
        issuer.introspection(introspection)
    }

    /// Introspects the tokens of this issuer that are not JWTs. Its JWTs are verified here, by its
    /// keys.
    ///
    /// # Examples
    ///
    /// ```
    /// use authgate::oauth::Introspection;
    /// use authgate::scheme::Issuer;
    ///
    /// fn issuer(secret: String) -> Issuer {
    ///     Issuer::discover("https://id.example")
    ///         .introspection(Introspection::discover().client("api", secret))
    /// }
    /// ```
    #[must_use]
    pub fn introspection(mut self, introspection: Introspection) -> Self {
        if self.is_remote() {
            let running = Arc::default();
            self.introspection = Some(IssuerIntrospection { introspection, includes_jwts: false, running });
        } else {
            self.misused = Some(Arc::new(KeyError::new(
                "`introspection` is for an issuer that can be reached: write `Issuer::discover(..)` or \
                 `Issuer::introspected(..)`",
            )));
        }
        self
    }

    /// Introspects the JWTs of this issuer as well, after they were verified here, so that a
    /// revocation takes effect before they expire. A call costs the latency of the issuer, once per
    /// token and [`cached_for`](Introspection::cached_for).
    #[must_use]
    pub fn introspect_jwts(mut self) -> Self {
        match &mut self.introspection {
            Some(introspection) => introspection.includes_jwts = true,
            None => {
                self.misused = Some(Arc::new(KeyError::new(
                    "`introspect_jwts` needs an endpoint: set it with `Issuer::introspection(..)` first",
                )));
            }
        }
        self
    }

    /// Returns `true` if there is an endpoint and no key, so that every token is introspected.
    pub(crate) const fn is_only_introspected(&self) -> bool {
        self.introspection.is_some() && matches!(self.keys, IssuerKeys::Fixed(_))
    }

    /// Returns `true` if the issuer has tokens that are not JWTs.
    pub(crate) const fn takes_opaque_tokens(&self) -> bool {
        self.introspection.is_some()
    }

    /// Returns the state of the introspection, once it is started.
    pub(crate) fn introspector(&self) -> Option<&Arc<Introspector>> {
        self.introspection.as_ref()?.running.get()
    }
}

impl Issuers {
    /// Returns `true` if an issuer introspects JWTs that were verified here.
    pub(in crate::jws) fn introspect_jwts(&self) -> bool {
        let mut all = self.as_slice().iter().filter_map(|issuer| issuer.introspection.as_ref());
        all.any(|introspection| introspection.includes_jwts)
    }

    /// Checks that a token selects one introspecting issuer.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the tokens of two issuers cannot be distinguished.
    pub(in crate::jws) fn check_token_prefixes(&self) -> Result<(), ConfigError> {
        let all =
            || self.as_slice().iter().filter_map(|issuer| Some((issuer, issuer.introspection.as_ref()?)));
        for (index, (issuer, own)) in all().enumerate() {
            for (other, others) in all().skip(index + 1) {
                let prefixes =
                    own.introspection.token_prefix.as_ref().zip(others.introspection.token_prefix.as_ref());
                if prefixes.is_none_or(|(one, two)| one.starts_with(two) || two.starts_with(one)) {
                    return Err(ConfigError::new(format!(
                        "the tokens of the issuers {:?} and {:?} cannot be distinguished, so that one would see the \
                         tokens of the other: set different prefixes with `Introspection::token_prefix(..)`",
                        issuer.name(),
                        other.name()
                    )));
                }
            }
        }
        Ok(())
    }
}
