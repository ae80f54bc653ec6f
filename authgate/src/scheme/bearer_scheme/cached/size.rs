use std::fmt;

use crate::ConfigError;

/// The memory limit of a cache of verified tokens.
///
/// Memory is allocated on demand. A token counts as the sum of:
///
/// - twice its length, for the token and for the claims in the principal
/// - the size of the principal
/// - the claims that the [`Context`](crate::Context) keeps: `jti`, `acr`, the client, the session,
///   the scopes, and `amr` with 48 bytes for each method
/// - 320 bytes of overhead
///
/// 1 MiB holds about 1,100 tokens of 250 bytes. Tokens longer than 4 KiB are not cached.
///
/// The limit holds for principals that take no more memory than the text of their claims. Other
/// types exceed the limit by the same factor, such as a list of numbers or `#[serde(flatten)]` into
/// a map of JSON values.
///
/// # Examples
///
/// ```
/// use authgate::scheme::bearer::CacheSize;
///
/// assert_eq!(CacheSize::mebibytes(16).bytes(), 16 * 1024 * 1024);
/// ```
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CacheSize {
    mebibytes: u32,
}

impl CacheSize {
    /// 16 GiB, at which the indexes of the cache cannot overflow.
    const MOST: u32 = 16 * 1024;

    /// Sets the limit in mebibytes, from 1 to 16,384. `build()` rejects other values.
    #[must_use]
    pub const fn mebibytes(mebibytes: u32) -> Self {
        Self { mebibytes }
    }

    /// Returns the limit in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        (self.mebibytes as u64) << 20
    }

    pub(super) fn check(self) -> Result<(), ConfigError> {
        match self.mebibytes {
            0 => Err(ConfigError::new(
                "the cache of verified tokens has no room: omit `.cached(..)`, or set a size, such as \
                 `CacheSize::mebibytes(16)`",
            )),
            1..=Self::MOST => Ok(()),
            more => Err(ConfigError::new(format!(
                "the cache of verified tokens cannot use {more} MiB: set at most {} MiB, such as \
                 `CacheSize::mebibytes(16)`",
                Self::MOST
            ))),
        }
    }
}

/// Formats the limit like `16 MiB`.
impl fmt::Debug for CacheSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.mebibytes)
    }
}
