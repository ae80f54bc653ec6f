//! Tests of the application: the access lock and the probe, and requests over real HTTP.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests fail with a panic"
)]

mod browser;
mod access;
mod story;
mod provider;
mod bad_input;
mod settings;
mod processes;
mod chromium;
