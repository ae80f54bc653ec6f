//! What attackers send. Each test says which rule it holds: a row of `standards.md`, or a section.

// An enum of 128 variants is made by a macro that calls itself for each.
#![recursion_limit = "256"]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by a panic, and so do the functions that tests share"
)]

mod algorithms;
mod basic;
mod api_key;
mod bearer;
mod caching;
mod cost;
mod digest;
mod judges;
mod load;
mod logins;
mod outcome;
mod properties;
mod proxy;
mod raw;
mod resources;
mod rows;
mod secrets;
mod session;
mod signer;
mod slow;
mod step_up;
