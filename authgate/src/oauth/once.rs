//! Stores of values that count only once, such as the `jti` of a DPoP proof.

mod expiring;
mod file;
mod in_memory;

pub use file::FileOnce;
pub use in_memory::InMemoryOnce;

use super::BackendError;
pub use crate::scheme::Once;
