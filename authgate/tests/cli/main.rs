//! The binary `cargo-authgate`, started as people start it.

mod diff;
mod formats;
mod revisions;
mod run;
