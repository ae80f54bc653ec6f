//! Proving in a test who may call what. Feature `testing`, for `[dev-dependencies]` alone.
//!
//! - [`assert_locked`]: the router says what the committed access lock says.

mod locked;

pub use locked::assert_locked;
