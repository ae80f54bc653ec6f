//! Requests through the real router, and over a socket: what is asked, in which order, and what goes out.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod checked;
mod order;
mod wire;
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
mod over_things;
mod waiting;
mod wording;
mod gates;
mod implications;
mod challenges;
mod basic;
mod passwords;
mod api_key;
mod proxy;
mod config;
mod cookies;
mod digest;
mod render;
mod way_back;
mod events;
mod why;
mod step_up;
mod session;
mod socket;
