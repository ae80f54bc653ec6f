//! Skeleton.

extern crate self as authgate;

pub mod credentials;
pub mod scheme;
pub mod gate;
mod context;
mod proof;
pub mod right;
pub mod handler;
mod router;
mod denial;
pub mod access;
#[doc(hidden)]
pub mod private;
#[doc(hidden)]
pub use private as __private;

pub use access::Declaration;
pub use context::Context;
pub use credentials::Credentials;
pub use denial::{Challenge, Denial, Fault, Form, Lack, Reason, Rendering};
pub use gate::{ConfigError, Gate, HasGate};
pub use proof::{Authenticated, Authorized, By, Proof, Unauthenticated};
pub use router::{Router, RouterError, routing};
pub use right::{All, Implies, Principal, Roles, Scopes};
