//! Sends requests through the real router and over a socket. The tests check the order of
//! authentication, authorization and extraction, and the responses.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod checked;
mod order;
mod wire;
mod unread;
mod forms;
mod proofs;
mod extractors;
mod extracted;
mod router;
mod rules;
mod table;
mod via;
mod permissions;
mod tenants;
mod own;
mod panics;
mod resources;
mod lists;
mod layered;
mod over_things;
mod waiting;
mod gates;
mod issuers;
mod implications;
mod challenges;
mod basic;
mod passwords;
mod api_key;
mod cached;
mod accounts;
mod shared_state;
mod revocation;
mod proxy;
mod config;
mod cookies;
mod digest;
mod render;
mod response_hooks;
mod events;
mod malformed;
mod why;
mod step_up;
mod session;
mod socket;
