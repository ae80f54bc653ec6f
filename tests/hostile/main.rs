//! Requests that attackers send. Each test names the rule that it checks, usually by the section of
//! an RFC.

// A recursive macro builds an enum with 128 variants.
#![recursion_limit = "256"]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests and their shared functions fail with a panic"
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
mod secrets;
mod session;
mod signer;
mod slow;
mod step_up;
mod token_rules;
