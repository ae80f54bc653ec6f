//! State that the processes of a service share: the same operations in memory, in Redis and in
//! PostgreSQL, and what clients get while a real server fails.

#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, clippy::unwrap_used, reason = "tests")]
#![allow(clippy::indexing_slicing, reason = "tests")]

mod faults;
mod foreign;
mod processes;
mod proxy;
mod servers;
mod site;
mod state;
mod suite;

use crate::servers::Server;
use crate::servers::postgres::PostgresServer;
use crate::servers::redis::RedisServer;
use crate::state::Memory;

#[tokio::test(flavor = "multi_thread")]
async fn memory_keeps_the_state_of_one_process() {
    let memory = Memory::new();
    suite::run(memory.clone(), memory).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn redis_keeps_the_state_of_all_processes() {
    let server = RedisServer::start();
    suite::run(server.shared(), server.shared()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn postgres_keeps_the_state_of_all_processes() {
    let server = PostgresServer::start();
    PostgresServer::prepare(&server.shared()).await;
    suite::run(server.shared(), server.shared()).await;
}

/// A snapshot from before the lock would miss the attempts that another process has counted.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn postgres_ignores_the_isolation_level_that_the_database_sets() {
    let server = PostgresServer::start();
    server.run("ALTER DATABASE postgres SET default_transaction_isolation TO 'repeatable read'").await;
    PostgresServer::prepare(&server.shared()).await;
    suite::run(server.shared(), server.shared()).await;
}

/// The rights are those in the documentation of the crate.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn documented_rights_are_enough_for_redis() {
    let documentation = include_str!("../../authgate/redis/src/lib.rs");
    let start = documentation.find("shop on >PASSWORD").unwrap();
    let rights = documentation[start..].split("//! ```").next().unwrap().replace("//!", " ");
    let server = RedisServer::start();
    server.run::<()>(&format!("ACL SETUSER {}", rights.split_whitespace().collect::<Vec<_>>().join(" ")));
    let url = format!("redis://shop:PASSWORD@127.0.0.1:{}", server.port());
    let shared = authgate_redis::Shared::connect(&url).unwrap().prefix("shop");
    shared.health().await.unwrap();
    suite::run(shared.clone(), shared).await;
}
