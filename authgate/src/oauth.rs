//! An OAuth 2.0 resource server: issuers whose keys are fetched, refreshed and rotated, and tokens
//! that are bound to a key of the client.

mod access_tokens;
mod dpop_scheme;
mod once;
mod protected_resource;

pub use crate::error::BackendError;
#[cfg(feature = "fetch")]
pub use crate::fetch::HttpClient;
pub use crate::fetch::{Fetch, MAX_RESPONSE_BYTES};
pub use crate::jws::{Introspection, IssuerEvent};
pub use access_tokens::{AccessTokens, HasAudience, IssuerHealth};
pub use dpop_scheme::{Dpop, NonceKey};
pub use once::{FileOnce, InMemoryOnce, Once};
pub use protected_resource::ProtectedResource;

/// The settings that a [`Dpop`] lacks.
pub mod dpop {
    pub use super::dpop_scheme::{IsProtected, Protected, WithoutReplayOrNonces};
}
