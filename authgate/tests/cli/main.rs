//! The binary `cargo-authgate`, started as people start it.
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

mod diff;
mod formats;
mod revisions;
mod run;
