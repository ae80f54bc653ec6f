//! The keys of an issuer, whether they stay or are replaced.

use std::ops::Deref;

use super::key::{Key, Trace};
#[cfg(feature = "rotation")]
use super::rotating::{Held, RotatingKeys};
use super::{KeyError, Keys};

/// The keys of one issuer.
#[derive(Clone, Debug)]
pub enum IssuerKeys {
    /// Read once, at start.
    Fixed(Keys),
    /// Replaced while the service runs.
    #[cfg(feature = "rotation")]
    Rotating(RotatingKeys),
}

impl IssuerKeys {
    /// The keys of now, for one token.
    pub(super) fn now(&self) -> Now<'_> {
        match self {
            Self::Fixed(keys) => Now::Fixed(keys),
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => Now::Rotating(keys.now()),
        }
    }

    /// How often they have changed. Read before the keys, it says at most that what was found with them is older than it
    /// is.
    #[cfg(feature = "cache")]
    pub(super) fn generation(&self) -> usize {
        match self {
            Self::Fixed(_) => 0,
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => keys.generation(),
        }
    }

    /// That none is there for nothing, now.
    ///
    /// # Errors
    ///
    /// Says which are too many.
    pub(crate) fn check(&self) -> Result<(), KeyError> {
        self.now().check()
    }

    /// What each of the keys is recognised by, now.
    pub(super) fn traces(&self) -> Vec<Trace> {
        self.now().iter().flat_map(|key| key.traces().to_vec()).collect()
    }

    /// Whether a key is among these and among the others, now.
    #[cfg(feature = "rotation")]
    pub(crate) fn overlap(&self, others: &Self) -> bool {
        self.now().overlap(&others.now())
    }
}

/// The keys that a token is verified with.
pub(super) enum Now<'a> {
    Fixed(&'a Keys),
    #[cfg(feature = "rotation")]
    Rotating(Held),
}

impl Deref for Now<'_> {
    type Target = Keys;

    fn deref(&self) -> &Keys {
        match self {
            Self::Fixed(keys) => keys,
            #[cfg(feature = "rotation")]
            Self::Rotating(keys) => keys,
        }
    }
}

impl Now<'_> {
    /// In the order in which they are tried.
    pub(super) fn iter(&self) -> std::slice::Iter<'_, Key> {
        Keys::iter(self)
    }
}

impl From<Keys> for IssuerKeys {
    fn from(keys: Keys) -> Self {
        Self::Fixed(keys)
    }
}

/// What a [`Bearer`](crate::scheme::Bearer) takes as the keys of an issuer: [`Keys`], or `RotatingKeys`, which are replaced
/// while the service runs (feature `rotation`).
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no keys that tokens are verified with",
    label = "no keys",
    note = "give `authgate::scheme::Keys`, such as `Keys::jwks_file(\"keys.json\")?`, or `authgate::scheme::RotatingKeys` \
            (feature `rotation`)"
)]
pub trait TakesKeys: sealed::Sealed {}
impl TakesKeys for Keys {}
#[cfg(feature = "rotation")]
impl TakesKeys for RotatingKeys {}
#[cfg(feature = "rotation")]
impl TakesKeys for &RotatingKeys {}

pub(super) mod sealed {
    use super::{IssuerKeys, Keys};

    pub trait Sealed {
        fn into_keys(self) -> IssuerKeys;
    }

    impl Sealed for Keys {
        fn into_keys(self) -> IssuerKeys {
            self.into()
        }
    }

    #[cfg(feature = "rotation")]
    impl Sealed for super::RotatingKeys {
        fn into_keys(self) -> IssuerKeys {
            IssuerKeys::Rotating(self)
        }
    }

    #[cfg(feature = "rotation")]
    impl Sealed for &super::RotatingKeys {
        fn into_keys(self) -> IssuerKeys {
            IssuerKeys::Rotating(self.clone())
        }
    }
}
