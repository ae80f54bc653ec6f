//! The list of trusted issuers, fixed or changed while the service runs.

#[cfg(feature = "oauth")]
use std::convert::Infallible;
use std::ops::Deref;
#[cfg(feature = "oauth")]
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(feature = "rotation")]
use std::sync::{Arc, Mutex, PoisonError};

#[cfg(feature = "oauth")]
use arc_swap::{ArcSwap, Guard};

#[cfg(feature = "rotation")]
use super::DisjointIssuers;
use super::issuers::{Issuer, Issuers};
use crate::error::ConfigError;

/// The issuers that a verifier trusts.
#[derive(Clone, Debug)]
pub(crate) struct TrustedIssuers {
    list: List,
    /// Keeps the issuers' keys disjoint when keys are replaced. Set when the gate is built.
    #[cfg(feature = "rotation")]
    disjoint: Arc<Mutex<Option<Arc<DisjointIssuers>>>>,
    /// `true` if an issuer introspects JWTs, or did. Other verifiers then skip the search for it.
    #[cfg(feature = "oauth")]
    introspects_jwts: Arc<AtomicBool>,
}

#[derive(Clone, Debug)]
enum List {
    /// Configured once.
    Fixed(Issuers),
    /// Shared by several verifiers, and changed while the service runs.
    #[cfg(feature = "oauth")]
    Shared(Arc<ArcSwap<Issuers>>),
}

impl TrustedIssuers {
    pub(crate) fn fixed(issuers: impl IntoIterator<Item = Issuer>) -> Self {
        Self::of(List::Fixed(Issuers::new(issuers)))
    }

    #[cfg(feature = "oauth")]
    pub(crate) fn shared(issuers: impl IntoIterator<Item = Issuer>) -> Self {
        Self::of(List::Shared(Arc::new(ArcSwap::from_pointee(Issuers::new(issuers)))))
    }

    fn of(list: List) -> Self {
        Self {
            list,
            #[cfg(feature = "rotation")]
            disjoint: Arc::default(),
            #[cfg(feature = "oauth")]
            introspects_jwts: Arc::default(),
        }
    }

    /// Returns the current issuers, for the verification of one token.
    #[inline]
    pub(crate) fn now(&self) -> CurrentIssuers<'_> {
        match &self.list {
            List::Fixed(issuers) => CurrentIssuers::Fixed(issuers),
            #[cfg(feature = "oauth")]
            List::Shared(issuers) => CurrentIssuers::Shared(issuers.load()),
        }
    }

    /// Returns `true` if other verifiers may use the same list.
    pub(crate) const fn is_shared(&self) -> bool {
        match &self.list {
            List::Fixed(_) => false,
            #[cfg(feature = "oauth")]
            List::Shared(_) => true,
        }
    }

    /// Changes the issuers before a gate is built, which checks them. The verifiers that share the
    /// list are already checked, and keep it as it is.
    pub(crate) fn change(&mut self, change: impl FnOnce(&mut Issuers)) {
        match &mut self.list {
            List::Fixed(issuers) => change(issuers),
            #[cfg(feature = "oauth")]
            List::Shared(shared) => {
                let mut issuers = Issuers::clone(&shared.load());
                change(&mut issuers);
                *self = Self::of(List::Shared(Arc::new(ArcSwap::from_pointee(issuers))));
            }
        }
    }

    /// Checks the issuers, keeps their keys distinct, and starts to fetch their keys.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if the issuers cannot be distinguished, or if keys cannot be
    /// fetched.
    pub(crate) fn start(&self) -> Result<(), ConfigError> {
        let issuers = self.now();
        #[cfg(not(feature = "rotation"))]
        issuers.check()?;
        #[cfg(feature = "rotation")]
        {
            let mut disjoint = self.disjoint.lock().unwrap_or_else(PoisonError::into_inner);
            *disjoint = Some(DisjointIssuers::keep(issuers.as_slice(), || issuers.check())?);
        }
        #[cfg(feature = "oauth")]
        {
            issuers.as_slice().iter().try_for_each(Issuer::start)?;
            self.note_introspection(&issuers);
        }
        Ok(())
    }

    #[cfg(feature = "oauth")]
    fn note_introspection(&self, issuers: &Issuers) {
        if issuers.introspect_jwts() {
            self.introspects_jwts.store(true, Ordering::Release);
        }
    }

    /// Returns `true` if an issuer may introspect JWTs that were verified here.
    #[cfg(feature = "oauth")]
    #[inline]
    pub(crate) fn introspects_jwts(&self) -> bool {
        self.introspects_jwts.load(Ordering::Acquire)
    }

    /// Adds an issuer while the service runs.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] in the cases of [`start`](Self::start). The issuers then stay the
    /// same.
    #[cfg(feature = "oauth")]
    pub(crate) fn add(&self, issuer: Issuer) -> Result<(), ConfigError> {
        let check = |issuers: &Issuers| issuers.check();
        self.update(
            |issuers| issuers.add(issuer),
            check,
            |issuers| issuers.as_slice().iter().try_for_each(Issuer::start),
        )
    }

    /// Removes an issuer while the service runs. A fault of another issuer cannot prevent it.
    #[cfg(feature = "oauth")]
    pub(crate) fn remove(&self, name: &str) -> bool {
        let removed: Result<_, Infallible> =
            self.update(|issuers| issuers.remove(name), |_| Ok(()), |_| Ok(()));
        removed.unwrap_or_else(|never| match never {})
    }

    /// Changes shared issuers. Cached results are no longer used.
    #[cfg(feature = "oauth")]
    fn update<T: Default, E>(
        &self,
        change: impl FnOnce(&mut Issuers) -> T,
        check: impl FnOnce(&Issuers) -> Result<(), E>,
        start: impl FnOnce(&Issuers) -> Result<(), E>,
    ) -> Result<T, E> {
        // Only shared issuers are changed while a service runs.
        let List::Shared(shared) = &self.list else { return Ok(T::default()) };
        let mut disjoint = self.disjoint.lock().unwrap_or_else(PoisonError::into_inner);
        let mut issuers = Issuers::clone(&shared.load());
        let changed = change(&mut issuers);
        issuers.version = issuers.version.wrapping_add(1);
        let kept = DisjointIssuers::keep(issuers.as_slice(), || check(&issuers))?;
        start(&issuers)?;
        *disjoint = Some(kept);
        self.note_introspection(&issuers);
        shared.store(Arc::new(issuers));
        Ok(changed)
    }
}

/// The issuers for one token.
pub(crate) enum CurrentIssuers<'a> {
    Fixed(&'a Issuers),
    #[cfg(feature = "oauth")]
    Shared(Guard<Arc<Issuers>>),
}

impl Deref for CurrentIssuers<'_> {
    type Target = Issuers;

    #[inline]
    fn deref(&self) -> &Issuers {
        match self {
            Self::Fixed(issuers) => issuers,
            #[cfg(feature = "oauth")]
            Self::Shared(issuers) => issuers,
        }
    }
}
