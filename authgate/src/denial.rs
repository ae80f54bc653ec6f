//! Denials: a reason, and the status, challenges, body and caching headers that follow from it.

pub(crate) mod access_event;
mod beside;
mod body;
mod challenge;
mod client;
mod decided;
mod event;
mod line;
mod negotiate;
mod prepared;
mod ready;
#[cfg(feature = "oauth")]
pub(crate) mod resource_metadata;
mod rendering;
pub(crate) mod respond;

pub(crate) use access_event::Observer;
pub use authgate_access::{CredentialError, DenialMessage, ForbiddenReason, Reason};
pub use challenge::Challenge;
pub(crate) use client::{Client, navigates_to, returns_to};
pub use decided::DecisionId;
pub(crate) use line::SchemeChallenge;
pub use negotiate::BodyFormat;
pub(crate) use prepared::{DenialSettings, Prepared, vary_by};
pub use rendering::CustomBody;
pub(crate) use respond::Denial;
