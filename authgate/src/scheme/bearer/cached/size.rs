use std::fmt;

use crate::ConfigError;

/// How much memory a cache of verified tokens may take.
///
/// Nothing is taken in advance. A token counts as twice its length, for itself and for what its claims are in the principal,
/// the size of the principal, what its [`Context`](crate::right::Context) keeps of the claims besides (`jti`, `acr`, `amr`, and 48 bytes
/// for each method), and 320 bytes for what holds them: 1 MiB is for about 1,100 tokens of 250 bytes. Tokens of more than 4 KiB
/// are not kept. So it is a bound on the worst case, for principals whose types make no more of the claims than they are long. A
/// type that does (a list of numbers, `#[serde(flatten)]` into a map of JSON values) takes that many times what it counts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct CacheSize {
    mebibytes: u32,
}

impl CacheSize {
    /// 16 GiB: no slab of the cache comes near what its indexes can count.
    const MOST: u32 = 16 * 1024;

    /// This many mebibytes: at least one, at most 16,384, or the gate is not built.
    #[must_use]
    pub const fn mebibytes(mebibytes: u32) -> Self {
        Self { mebibytes }
    }

    /// The size in bytes.
    #[must_use]
    pub const fn bytes(self) -> u64 {
        (self.mebibytes as u64) << 20
    }

    pub(super) fn check(self) -> Result<(), ConfigError> {
        match self.mebibytes {
            0 => Err(ConfigError::new(
                "a cache of verified tokens with no room keeps none: leave `.cached(..)` out, or give it a size, such as \
                 `CacheSize::mebibytes(16)`",
            )),
            1..=Self::MOST => Ok(()),
            more => Err(ConfigError::new(format!(
                "a cache of verified tokens of {more} MiB is more than it can use: give it at most {} MiB, such as \
                 `CacheSize::mebibytes(16)`",
                Self::MOST
            ))),
        }
    }
}

/// `16 MiB`.
impl fmt::Debug for CacheSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} MiB", self.mebibytes)
    }
}
