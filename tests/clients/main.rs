//! Runs real clients against the examples: curl, wget, Python libraries, Chromium and schemathesis.
//! `.ci/clients` installs them.
#![allow(
    clippy::duplicate_mod,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests"
)]

#[path = "../access/newsroom.rs"]
mod newsroom;
mod examples;
mod run;
mod curl;
mod wget;
mod libraries;
mod browser;
mod table;
mod openapi;
