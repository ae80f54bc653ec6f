//! An OAuth 2.0 resource server: issuers whose keys are fetched, refreshed and rotated.

mod fetch;

pub use crate::error::BackendError;
pub(crate) use fetch::DynFetch;
pub use fetch::{Fetch, MAX_RESPONSE_BYTES};
