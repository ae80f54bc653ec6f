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
mod table;
mod gates;
mod config;
mod render;
mod way_back;
mod events;
mod session;
mod socket;
