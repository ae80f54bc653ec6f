//! The keys of an issuer, fixed or rotating.

use std::ops::Deref;

use super::key::{Fingerprint, Key};
#[cfg(feature = "rotation")]
use super::rotating::{Held, RotatingKeys};
use super::{Algorithm, KeyError, Keys};

/// The keys of one issuer.
#[derive(Clone, Debug)]
pub enum IssuerKeys {
    /// Loaded once at startup.
    Fixed(Keys),
    /// Replaced while the service runs.
    #[cfg(feature = "rotation")]
    Rotating(RotatingKeys),
}

impl IssuerKeys {
    /// Returns the current keys, for the verification of one token.
    pub(super) fn now(&self) -> CurrentKeys<'_> {
        match self {
            Self::Fixed(keys) => CurrentKeys::Fixed(keys),
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => CurrentKeys::Rotating(keys.now()),
        }
    }

    /// Returns the number of key changes. It must be read before the keys: a concurrent change then
    /// makes a result look older than it is, never newer.
    #[cfg(feature = "cache")]
    pub(super) fn generation(&self) -> u64 {
        match self {
            Self::Fixed(_) => 0,
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => keys.generation(),
        }
    }

    /// Sets the algorithms of keys that do not name one.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if they do not match the keys, or if the keys can be replaced.
    pub(super) fn algorithms(
        &self,
        algorithms: impl IntoIterator<Item = Algorithm>,
    ) -> Result<Self, KeyError> {
        match self {
            Self::Fixed(keys) => keys.clone().algorithms(algorithms).map(Self::Fixed),
            #[cfg(feature = "rotation")]
            Self::Rotating(_) => Err(KeyError::new(
                "the keys can be replaced: set the algorithms of each replacement, \
                 `keys.replace(new.algorithms([..])?)`",
            )),
        }
    }

    /// Checks that every current key can be selected by a token.
    ///
    /// # Errors
    ///
    /// Returns [`KeyError`] if too many keys have the same algorithm and id.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        self.now().check()
    }

    /// Returns the fingerprints of the current keys.
    pub(super) fn fingerprints(&self) -> Vec<Fingerprint> {
        self.now().iter().flat_map(|key| key.fingerprints().to_vec()).collect()
    }

    /// Returns `true` if both issuers currently have a key in common.
    #[cfg(feature = "rotation")]
    pub(crate) fn overlap(&self, others: &Self) -> bool {
        self.now().overlap(&others.now())
    }
}

/// The keys that verify one token.
pub(super) enum CurrentKeys<'a> {
    Fixed(&'a Keys),
    #[cfg(feature = "rotation")]
    Rotating(Held),
}

impl Deref for CurrentKeys<'_> {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        match self {
            Self::Fixed(keys) => keys,
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => keys,
        }
    }
}

impl CurrentKeys<'_> {
    /// Iterates over the keys in the order in which they are tried.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Key> {
        Keys::iter(self)
    }
}

impl From<Keys> for IssuerKeys {
    fn from(keys: Keys) -> Self {
        Self::Fixed(keys)
    }
}

#[cfg(feature = "rotation")]
impl From<RotatingKeys> for IssuerKeys {
    fn from(keys: RotatingKeys) -> Self {
        Self::Rotating(keys)
    }
}

#[cfg(feature = "rotation")]
impl From<&RotatingKeys> for IssuerKeys {
    fn from(keys: &RotatingKeys) -> Self {
        Self::Rotating(keys.clone())
    }
}

/// The keys of an issuer, as accepted by [`Bearer`](crate::scheme::Bearer): [`Keys`], or
/// `RotatingKeys`, which can be replaced while the service runs (feature `rotation`).
///
/// # Examples
///
/// ```
/// use authgate::scheme::Bearer;
/// use authgate::scheme::bearer::IntoKeys;
///
/// fn bearer(keys: impl IntoKeys) -> Bearer {
///     Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example")
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "expected keys that verify tokens, found `{Self}`",
    label = "not keys",
    note = "pass `authgate::scheme::Keys`, such as `Keys::jwks_file(\"keys.json\")?`, or \
            `authgate::scheme::RotatingKeys` (feature `rotation`)"
)]
pub trait IntoKeys: Into<IssuerKeys> {}
impl IntoKeys for Keys {}
#[cfg(feature = "rotation")]
impl IntoKeys for RotatingKeys {}
#[cfg(feature = "rotation")]
impl IntoKeys for &RotatingKeys {}
