//! Keys that are replaced while the service runs.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use arc_swap::{ArcSwap, Guard};

use super::issuer_keys::IssuerKeys;
use super::issuers::Issuer;
use super::key_error::Problem;
use super::{KeyError, Keys};

/// The keys of an issuer that changes them while the service runs.
///
/// A clone is the same: give one to the [`Bearer`](crate::scheme::Bearer) and keep one, to [`replace`](Self::replace) what is
/// in it. A request never waits for that: it is verified with the keys of before or with those of after, and a request that
/// comes after `replace` has returned with those of after. What a cache of verified tokens holds from before counts no more.
///
/// ```
/// use authgate::scheme::{Bearer, Keys, RotatingKeys};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # fn read() -> Result<Keys, authgate::scheme::KeyError> { Keys::hs256("a secret of at least 32 bytes, the next") }
/// let keys = RotatingKeys::new(Keys::hs256("a secret of at least 32 bytes, from a vault")?);
/// let bearer = Bearer::jwt(&keys).issuer("https://issuer.example").audience("https://api.example");
///
/// // Later, such as every hour, or when a file has changed. Where it fails, the keys stay as they are.
/// if let Err(error) = read().and_then(|new| keys.replace(new)) {
///     eprintln!("the keys of https://issuer.example are not replaced: {error}");
/// }
/// # Ok(()) }
/// ```
///
/// An issuer signs with a new key for a while before it takes the old one back; keep both that long, as its JWK set does
/// (`Keys::and`), or tokens that it has made before are refused.
#[derive(Clone)]
pub struct RotatingKeys {
    inner: Arc<Inner>,
}

struct Inner {
    keys: ArcSwap<Keys>,
    /// Counts the changes; after the keys, so that who reads it before them takes no new keys for old ones.
    generation: AtomicUsize,
    /// Those whose keys these must not come to be.
    apart: Mutex<Vec<Weak<Apart>>>,
}

/// One change at a time in the whole process, since the keys of two issuers are compared with each other.
static CHANGING: Mutex<()> = Mutex::new(());

/// The issuers of one verifier, whose keys stay apart for as long as it is there.
#[derive(Debug)]
pub(crate) struct Apart(Vec<Issuer>);

/// The keys for as long as a token is verified with them.
pub(super) type Held = Guard<Arc<Keys>>;

impl RotatingKeys {
    /// Begins with these keys.
    #[must_use]
    pub fn new(keys: Keys) -> Self {
        let inner = Inner {
            keys: ArcSwap::from_pointee(keys),
            generation: AtomicUsize::new(0),
            apart: Mutex::default(),
        };
        Self { inner: Arc::new(inner) }
    }

    /// Puts these keys in the place of all that were there. Keys that are the same, with the same ids and in the same order,
    /// change nothing, so that a cache of verified tokens keeps what it has.
    ///
    /// # Errors
    ///
    /// One of the keys is another issuer's at a `Bearer` that has both, so that each could speak for the other; or more than
    /// eight of an algorithm have no id, or the same. The keys stay as they are.
    pub fn replace(&self, keys: Keys) -> Result<(), KeyError> {
        keys.check()?;
        let changing = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
        if self.inner.keys.load().are_same(&keys) {
            return Ok(());
        }
        let apart: Vec<_> = self.apart().iter().filter_map(Weak::upgrade).collect();
        let keys = IssuerKeys::Fixed(keys);
        let others = apart.iter().flat_map(|apart| &apart.0).filter(|issuer| !self.is_of(issuer));
        if let Some(Issuer { name, .. }) = others.into_iter().find(|other| other.keys.overlap(&keys)) {
            return Err(Problem::OfAnother { issuer: name.to_string() }.into());
        }
        if let IssuerKeys::Fixed(keys) = keys {
            let old = self.inner.keys.swap(Arc::new(keys));
            self.inner.generation.fetch_add(1, Ordering::SeqCst);
            drop(changing);
            drop(old);
        }
        Ok(())
    }

    pub(super) fn now(&self) -> Held {
        self.inner.keys.load()
    }

    #[cfg(feature = "cache")]
    pub(super) fn generation(&self) -> usize {
        self.inner.generation.load(Ordering::SeqCst)
    }

    fn apart(&self) -> std::sync::MutexGuard<'_, Vec<Weak<Apart>>> {
        self.inner.apart.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_of(&self, issuer: &Issuer) -> bool {
        matches!(&issuer.keys, IssuerKeys::Rotating(keys) if Arc::ptr_eq(&keys.inner, &self.inner))
    }
}

impl Apart {
    /// Sees to it that these issuers' keys stay apart, if `check` says that they are. No key changes in between.
    pub(crate) fn keep<E>(issuers: &[Issuer], check: impl FnOnce() -> Result<(), E>) -> Result<Arc<Self>, E> {
        let _changing = CHANGING.lock().unwrap_or_else(PoisonError::into_inner);
        check()?;
        let apart = Arc::new(Self(issuers.to_vec()));
        for issuer in issuers {
            if let IssuerKeys::Rotating(keys) = &issuer.keys {
                let mut all = keys.apart();
                all.retain(|other| other.strong_count() > 0);
                all.push(Arc::downgrade(&apart));
            }
        }
        Ok(apart)
    }
}

/// Algorithms and ids; nothing of the keys.
impl fmt::Debug for RotatingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RotatingKeys").field(&**self.now()).finish()
    }
}
