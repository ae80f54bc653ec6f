//! Keys that are replaced while the service runs.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::{ArcSwap, Guard};

use super::issuer_keys::IssuerKeys;
use super::issuers::Issuer;
use super::{KeyError, Keys};

/// The keys of an issuer that are replaced while the service runs.
///
/// All clones share the same keys. Pass one to the [`Bearer`](crate::scheme::Bearer) and keep
/// another to [`replace`](Self::replace) the keys.
///
/// A request never waits for a replacement. It is verified with either the old or the new keys. A
/// request that arrives after `replace` has returned is verified with the new keys. Cached results
/// from the old keys are no longer used.
///
/// An issuer signs with a new key for some time before it withdraws the old one. Keep both keys for
/// that time, as its JWK Set does (`Keys::and`). Otherwise, tokens signed with the old key are
/// rejected.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, KeyError, Keys, RotatingKeys};
///
/// /// Reads the current keys, from a file or a vault.
/// fn read() -> Result<Keys, KeyError> {
///     Keys::hs256("a secret of at least 32 bytes, from a vault")
/// }
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = RotatingKeys::new(read()?);
/// let bearer =
///     Bearer::jwt(&keys).issuer("https://issuer.example").audience("https://api.example");
///
/// // Later, such as every hour or when a file has changed. On failure, the keys stay as they are.
/// if let Err(error) = read().and_then(|new| keys.replace(new)) {
///     eprintln!("the keys of https://issuer.example are not replaced: {error}");
/// }
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct RotatingKeys {
    inner: Arc<Inner>,
}

struct Inner {
    keys: ArcSwap<Keys>,
    /// Counts the changes. It is incremented after the keys are swapped, so a reader that loads it
    /// first never attributes old keys to the new generation.
    generation: AtomicU64,
    /// The groups of issuers whose keys must stay distinct.
    disjoint: Mutex<Vec<Weak<DisjointIssuers>>>,
}

/// Allows one change at a time in the process, because the keys of two issuers are compared.
static CHANGING: Mutex<()> = Mutex::new(());

/// The issuers of one verifier. Their keys stay distinct while this value exists.
#[derive(Debug)]
pub(crate) struct DisjointIssuers(Vec<Issuer>);

/// A reference to the keys while a token is verified.
pub(super) type Held = Guard<Arc<Keys>>;

impl RotatingKeys {
    /// Creates the set with its initial keys.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        let inner = Inner {
            keys: ArcSwap::from_pointee(keys),
            generation: AtomicU64::new(0),
            disjoint: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Replaces all keys. If the new keys have the same values, ids and order, nothing changes, and
    /// cached results stay valid.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if another issuer of the same `Bearer` has one of the keys, because
    /// each could then sign for the other. Returns [`KeyError`] if more than eight keys of an
    /// algorithm have no id or the same id. The old keys stay in use.
    pub fn replace(&self, keys: Keys) -> Result<(), KeyError> {
        self.exchange(keys).map(drop)
    }

    /// As [`replace`](Self::replace). Returns `true` if the keys changed.
    pub(super) fn exchange(&self, keys: Keys) -> Result<bool, KeyError> {
        keys.check()?;
        let changing = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.keys.load().are_same(&keys) {
            return Ok(false);
        }
        let disjoint: Vec<_> = self.disjoint().iter().filter_map(Weak::upgrade).collect();
        let keys = IssuerKeys::Fixed(keys);
        let others = disjoint.iter().flat_map(|disjoint| &disjoint.0).filter(|issuer| !self.is_of(issuer));
        if let Some(issuer) = others.into_iter().find(|other| other.keys.overlap(&keys)) {
            return Err(KeyError::new(format!(
                "one of the keys also belongs to the issuer {:?}, so that each issuer could sign for the other: use \
                 different keys for each issuer",
                issuer.name()
            )));
        }
        if let IssuerKeys::Fixed(keys) = keys {
            let old = self.inner.keys.swap(Arc::new(keys));
            self.inner.generation.fetch_add(1, Ordering::SeqCst);
            drop(changing);
            drop(old);
        }
        Ok(true)
    }

    pub(super) fn now(&self) -> Held {
        self.inner.keys.load()
    }

    #[cfg(feature = "cache")]
    pub(super) fn generation(&self) -> u64 {
        self.inner.generation.load(Ordering::SeqCst)
    }

    #[cfg(feature = "oauth")]
    pub(super) fn is_empty(&self) -> bool {
        self.now().is_empty()
    }

    fn disjoint(&self) -> std::sync::MutexGuard<'_, Vec<Weak<DisjointIssuers>>> {
        self.inner.disjoint.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_of(&self, issuer: &Issuer) -> bool {
        matches!(&issuer.keys, IssuerKeys::Rotating(keys) if Arc::ptr_eq(&keys.inner, &self.inner))
    }
}

impl DisjointIssuers {
    /// Keeps the keys of these issuers distinct, if `check` succeeds. No key changes while it runs.
    pub(crate) fn keep<E>(issuers: &[Issuer], check: impl FnOnce() -> Result<(), E>) -> Result<Arc<Self>, E> {
        let _changing = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
        check()?;
        let disjoint = Arc::new(Self(issuers.to_vec()));
        for issuer in issuers {
            if let IssuerKeys::Rotating(keys) = &issuer.keys {
                let mut all = keys.disjoint();
                all.retain(|other| other.strong_count() > 0);
                all.push(Arc::downgrade(&disjoint));
            }
        }
        Ok(disjoint)
    }
}

/// Formats algorithms and ids, never the key material.
impl fmt::Debug for RotatingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingKeys").field(&**self.now()).finish()
    }
}
