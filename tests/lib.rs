//! Shared test support: an application like those that users write, tokens from another library,
//! and functions that send requests.

#![allow(
    clippy::exhaustive_enums,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "shared functions of tests fail with a panic"
)]

pub mod app;
pub mod ask;
pub mod challenge;
pub mod http;
pub mod digest;
pub mod dpop;
pub mod jar;
pub mod provider;
pub mod scheme;
pub mod session;
pub mod token;
