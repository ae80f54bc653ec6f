//! Skeleton.

extern crate self as authgate;

pub mod credentials;
pub mod scheme;
pub mod gate;
pub mod context;
mod proof;
pub mod right;
pub mod denial;
pub mod access;
pub mod danger;
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

pub use context::Context;
pub use credentials::Credentials;
pub use denial::Denial;
pub use gate::{ConfigError, Gate, HasGate};
pub use proof::{Authenticated, Authorized, By, Proof, Unauthenticated};
pub use right::{All, Implies, Principal, Roles, Scopes};
