//! Tests of the examples over real HTTP.
#![allow(
    clippy::duplicate_mod,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

mod quickstart;
mod basic;
mod digest;
mod api_key;
mod own_scheme;
mod session;
mod mixed;
mod service_layer;
mod documents;
mod converted;
mod crawlers;
mod access;
mod audit;
mod metrics;
mod resource_server;
mod token_exchange;
mod openfga;
mod cedar;
