//! Settings that are weaker than the defaults. Reviewers can search for the word `dangerous`.
//!
//! Each call of `.dangerous("reason")` allows one such setting. The reason is logged when the gate
//! is built, and shown by the gate's `Debug`. A blank reason is a
//! [`ConfigError`](crate::ConfigError).
//!
//! ```
//! use authgate::scheme::{Bearer, Keys};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
//!     .issuer("https://legacy.example")
//!     .dangerous("the legacy issuer sets no audience; it serves this service alone")
//!     .any_audience();
//! # Ok(()) }
//! ```

#[cfg(feature = "proxy")]
mod trusted_proxy;

#[cfg(feature = "proxy")]
pub use trusted_proxy::TrustedProxy;

pub use crate::dangerous::Dangerous;
