//! Faults of Redis.

use super::{
    Drill, Table, late_save_does_not_revive_a_session, process_and_network, reads_reject,
    starts_while_it_is_down, writes_fail,
};
use crate::servers::Server as _;
use crate::servers::redis::RedisServer;

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn no_request_is_allowed_while_redis_fails() {
    let table = Table::new();
    process_and_network::<RedisServer>(&table).await;
    starts_while_it_is_down::<RedisServer>(&table).await;
    settings(&table).await;
    data_is_lost(&table).await;
    table.print("Redis");
}

async fn settings(table: &Table) {
    let server = RedisServer::start();
    let mut drill = Drill::new(server.shared(), table).await;
    assert!(drill.site.state.health().await.is_ok());

    server.run::<()>("CONFIG SET maxmemory 1");
    let [valid, invalid] = drill.ask().await;
    writes_fail("full memory", &valid);
    reads_reject("full memory", &invalid);
    server.run::<()>("CONFIG SET maxmemory 0");
    drill.recover("full memory (`maxmemory` with `noeviction`)", &valid, &invalid).await;

    server.run::<()>("REPLICAOF 127.0.0.1 1");
    drill.outage("became a read-only replica", async || server.run::<()>("REPLICAOF NO ONE")).await;

    server.run::<()>("CONFIG SET maxmemory 1000000000");
    server.run::<()>("CONFIG SET maxmemory-policy allkeys-lru");
    let error = drill.site.state.health().await.unwrap_err().to_string();
    assert!(error.contains("allkeys-lru") && error.contains("set `noeviction`"), "{error}");
}

/// Revocations that are lost cannot be enforced, which the documentation states. Everything else
/// fails closed.
async fn data_is_lost(table: &Table) {
    let mut server = RedisServer::start();
    let mut drill = Drill::new(server.shared(), table).await;
    server.process().kill();
    server.clear();
    server.start_again();
    let [valid, invalid] = drill.ask().await;
    table.add("started again without its data", &valid, &invalid, None);
    for (operation, status) in [("session", 401), ("api key", 401), ("token", 200), ("login", 200)] {
        assert_eq!(valid.0[operation], [status].into(), "{operation}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn late_save_does_not_revive_a_session_in_redis() {
    late_save_does_not_revive_a_session::<RedisServer>().await;
}
