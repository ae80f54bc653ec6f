//! Skeleton.

extern crate self as authgate;

mod access;
mod context;
mod denial;
mod handler;
pub mod jws;
mod proof;
pub mod right;
#[doc(hidden)]
pub mod private;

#[doc(hidden)]
pub use private as __private;

pub use access::Declaration;
pub use context::Context;
pub use proof::{Authenticated, Authorized};
pub use right::{All, Implies, Principal, Roles, Scopes};
