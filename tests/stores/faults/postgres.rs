//! Faults of PostgreSQL.

use std::time::Duration;

use super::{
    Drill, Table, late_save_does_not_revive_a_session, process_and_network, starts_while_it_is_down,
};
use crate::servers::Server as _;
use crate::servers::postgres::PostgresServer;
use crate::site::{Clients, Site};

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn no_request_is_allowed_while_postgres_fails() {
    let table = Table::new();
    process_and_network::<PostgresServer>(&table).await;
    starts_while_it_is_down::<PostgresServer>(&table).await;
    settings(&table).await;
    standby(&table).await;
    table.print("PostgreSQL");
}

/// Changes a setting of the running server.
async fn set(server: &PostgresServer, setting: &str) {
    let client = server.client().await;
    client.batch_execute("SET default_transaction_read_only TO off").await.unwrap();
    client.batch_execute(&format!("ALTER SYSTEM {setting}")).await.unwrap();
    client.batch_execute("SELECT pg_reload_conf()").await.unwrap();
    // Each session reads the new value when it next waits for a query.
    tokio::time::sleep(Duration::from_millis(300)).await;
}

async fn settings(table: &Table) {
    let server = PostgresServer::start();
    PostgresServer::prepare(&server.shared()).await;
    let mut drill = Drill::new(server.shared(), table).await;
    assert!(drill.site.state.health().await.is_ok());

    set(&server, "SET default_transaction_read_only TO on").await;
    assert!(drill.site.state.health().await.is_err());
    let [valid, invalid] = drill.ask().await;
    valid.assert_all("read-only", 503);
    invalid.assert_all("read-only", 503);
    set(&server, "RESET default_transaction_read_only").await;
    drill.recover("became read-only (`default_transaction_read_only`)", &valid, &invalid).await;

    // In place of a full disk: every statement that writes fails.
    let refuse = "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS \
                  $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$";
    server.run(refuse).await;
    for table in ["once", "guesses", "known_clients"] {
        let trigger = format!(
            "CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON authgate_{table} FOR EACH STATEMENT EXECUTE FUNCTION refuse()"
        );
        server.run(&trigger).await;
    }
    let [valid, invalid] = drill.ask().await;
    super::writes_fail("full disk", &valid);
    super::reads_reject("full disk", &invalid);
    server.run("DROP FUNCTION refuse CASCADE").await;
    drill.recover("full disk (a trigger that raises `disk_full`)", &valid, &invalid).await;

    let locked = server.client().await;
    locked.batch_execute("BEGIN; LOCK authgate_once, authgate_revocations, authgate_sessions, authgate_api_keys, authgate_guesses").await.unwrap();
    let [valid, invalid] = drill.ask().await;
    valid.assert_all("locked tables", 503);
    invalid.assert_all("locked tables", 503);
    drop(locked);
    drill.recover("tables locked by another session", &valid, &invalid).await;
}

/// A standby has the entries, but may lack the latest.
async fn standby(table: &Table) {
    let primary = PostgresServer::start();
    PostgresServer::prepare(&primary.shared()).await;
    let mut drill = Drill::new(primary.shared(), table).await;
    let standby = primary.standby();
    let site = Site::new(standby.shared());
    drill.site = site;
    drill
        .outage("hot standby, and promoted", async || {
            standby.run("SELECT pg_promote(true)").await;
        })
        .await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn migration_can_run_at_any_time_in_several_processes() {
    let server = PostgresServer::start();
    let missing = server.shared().health().await.unwrap_err();
    let cause = std::error::Error::source(&missing).unwrap().to_string();
    assert!(cause.contains("authgate_schema"), "{cause}");
    let migrations: Vec<_> = (0..8)
        .map(|_| server.shared())
        .map(|shared| tokio::spawn(async move { shared.migrate().await }))
        .collect();
    for migration in migrations {
        migration.await.unwrap().unwrap();
    }
    let site = Site::new(server.shared());
    let mut clients = Clients::of(&site).await;
    server.shared().migrate().await.unwrap();
    clients.assert_intact(&site).await;
    server.run("UPDATE authgate_schema SET version = 2").await;
    let error = server.shared().migrate().await.unwrap_err();
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("the schema has version 2"), "{cause}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn only_expired_rows_are_deleted() {
    let server = PostgresServer::start();
    let shared = server.shared();
    PostgresServer::prepare(&shared).await;
    let site = Site::new(shared.clone());
    let mut clients = Clients::of(&site).await;
    assert_eq!(shared.delete_expired().await.unwrap(), 0);
    let expired = "INSERT INTO authgate_once SELECT 'authgate', int4send(number), now() - interval '1 second' \
                   FROM generate_series(1, 2500) AS number";
    server.run(expired).await;
    assert_eq!(shared.delete_expired().await.unwrap(), 2500);
    clients.assert_intact(&site).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn late_save_does_not_revive_a_session_in_postgres() {
    late_save_does_not_revive_a_session::<PostgresServer>().await;
}
