//! Runs the binary `cargo-authgate` as a user would.
#![expect(clippy::unwrap_used, reason = "tests, and what they share")]

mod diff;
mod formats;
mod lint;
mod page;
mod revisions;
mod run;
mod show;
