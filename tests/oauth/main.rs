//! Issuers: the client that fetches their documents, and a certified provider, which `.ci/oauth`
//! installs.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod provider;
mod resource_server;
#[path = "../clients/run.rs"]
mod run;
mod clients;
mod discovery;
mod http_client;
mod introspection;
mod login;
mod user_agent;
mod outages;
mod settings;
mod tls;
