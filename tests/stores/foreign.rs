//! Entries that another program, another version or an attacker has written.

use authgate::scheme::api_key::{KeyRecord, NewKey};
use authgate_tests::jar::Jar;
use redis::cmd;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

use crate::faults::Answers;
use crate::servers::Server;
use crate::servers::postgres::PostgresServer;
use crate::servers::redis::RedisServer;
use crate::site::{Clients, Site, Statuses};
use crate::state::{Machine, State};

/// Returns the status of each operation.
fn of(statuses: Statuses) -> Answers {
    let mut answers = Answers::default();
    answers.add(statuses);
    answers
}

/// Asserts the statuses of the named operations.
#[track_caller]
fn assert_statuses(what: &str, answers: &Answers, expected: &[(&str, u16)]) {
    for (operation, status) in expected {
        assert_eq!(answers.of(operation), [*status].into(), "{what}: {operation}");
    }
}

/// A session that cannot be parsed is not a session. Every other entry that cannot be parsed is an
/// outage.
async fn assert_unreadable<S: State>(what: &str, site: &Site<S>, clients: &mut Clients) {
    let valid = of(clients.valid(site).await);
    assert_statuses(what, &valid, &[("session", 401), ("api key", 503), ("token", 200), ("proof", 200)]);
    let invalid = of(clients.invalid(site).await);
    assert!(invalid.has_only(&[401, 503]), "{what}: {invalid:?}");
    // The user can sign in again.
    let mut jar = Jar::default();
    assert_eq!(site.ask_in_session(&mut jar, "POST /login").await.status, 200);
    assert_eq!(site.ask_in_session(&mut jar, "GET /me").await.status, 200);
}

/// Returns the keys of one kind, such as `session`.
fn keys(server: &RedisServer, kind: &str) -> Vec<String> {
    let keys: Vec<String> = server.run(&format!("KEYS authgate:{kind}:*"));
    assert!(!keys.is_empty(), "{kind}");
    keys
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn unreadable_entry_in_redis_is_never_allowed() {
    for what in ["truncated", "empty", "another version", "another type"] {
        let server = RedisServer::start();
        let site = Site::new(server.shared());
        let mut clients = Clients::of(&site).await;
        for key in keys(&server, "session").into_iter().chain(keys(&server, "revoked")) {
            let value: Vec<u8> = server.query(cmd("GET").arg(&key));
            let written = match what {
                "truncated" => value[..value.len() - 1].to_vec(),
                "empty" => Vec::new(),
                "another version" => {
                    String::from_utf8(value).unwrap().replace("version\":1", "version\":2").into()
                }
                _ => {
                    server.query::<()>(cmd("DEL").arg(&key));
                    server.query::<()>(cmd("RPUSH").arg(&key).arg("x"));
                    continue;
                }
            };
            server.query::<()>(cmd("SET").arg(&key).arg(written));
        }
        for key in keys(&server, "key") {
            let mut change = cmd(match what {
                "empty" => "HDEL",
                "another type" => "SET",
                _ => "HSET",
            });
            change.arg(&key);
            match what {
                "truncated" => change.arg("principal").arg("{\"name\":\"c"),
                "empty" => change.arg("principal"),
                "another version" => change.arg("version").arg("2"),
                _ => change.arg("x"),
            };
            server.query::<()>(&change);
        }
        assert_unreadable(what, &site, &mut clients).await;
        let invalid = of(clients.invalid(&site).await);
        let status = if what == "another version" { 401 } else { 503 };
        assert_statuses(what, &invalid, &[("revoked token", status), ("token of a revoked session", status)]);
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn unreadable_row_in_postgres_is_never_allowed() {
    let server = PostgresServer::start();
    PostgresServer::prepare(&server.shared()).await;
    for (what, change) in [
        ("truncated", "SET data = left(data, -1)"),
        ("empty", "SET data = ''"),
        ("another version", "SET data = replace(data, '\"version\":1', '\"version\":2')"),
        ("of another program", "SET data = '[[[[[[[['"),
    ] {
        let site = Site::new(server.shared().prefix(what));
        let mut clients = Clients::of(&site).await;
        server.run(&format!("UPDATE authgate_sessions {change} WHERE app = '{what}'")).await;
        let principal = change
            .replace("data", "principal")
            .replace("replace(principal, '\"version\":1', '\"version\":2')", "'7'");
        server.run(&format!("UPDATE authgate_api_keys {principal} WHERE app = '{what}'")).await;
        assert_unreadable(what, &site, &mut clients).await;
    }
}

/// Two applications, and two kinds of API keys, share a server.
async fn assert_separate<S: State>(one: S, other: S) {
    let (one, other) = (Site::new(one), Site::new(other));
    let mut clients = Clients::of(&one).await;
    let valid = of(clients.valid(&other).await);
    let expected = [("session", 401), ("api key", 401), ("token", 200), ("proof", 200), ("login", 200)];
    assert_statuses("another application", &valid, &expected);
    let mut others = Clients::of(&other).await;
    others.assert_intact(&other).await;
    clients.assert_intact(&one).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn applications_on_one_redis_do_not_share_state() {
    let server = RedisServer::start();
    assert_separate(server.shared(), server.shared().prefix("other")).await;
    assert_separate(server.shared().prefix("a"), server.shared().prefix("a:once")).await;
    let key = NewKey::generate("acme").unwrap();
    let staff = server.shared().api_keys::<Machine>("staff");
    staff.insert(key.digest(), KeyRecord::new(Machine::new("ada"))).await.unwrap();
    assert_eq!(Site::new(server.shared()).ask_with_key(key.text()).await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn applications_in_one_database_do_not_share_state() {
    let server = PostgresServer::start();
    PostgresServer::prepare(&server.shared()).await;
    assert_separate(server.shared(), server.shared().prefix("other")).await;
    let key = NewKey::generate("acme").unwrap();
    let staff = server.shared().api_keys::<Machine>("staff");
    staff.insert(key.digest(), KeyRecord::new(Machine::new("ada"))).await.unwrap();
    assert_eq!(Site::new(server.shared()).ask_with_key(key.text()).await.status, 401);
}

/// A URL may contain a password.
#[test]
fn malformed_url_is_a_config_error_without_the_url() {
    for url in [
        "",
        "redis",
        "http://u:s3cret@x/",
        "redis://u:s3cret@x:port/",
        "redis://u:s3cret@x/db",
        "rediss://u:s3cret@x/",
    ] {
        let error = authgate_redis::Shared::connect(url).unwrap_err().to_string();
        assert!(error.starts_with("the URL of the Redis server") && !error.contains("s3cret"), "{error}");
    }
    for url in [
        "",
        "postgres",
        "http://u:s3cret@x/",
        "postgres://u:s3cret@x:port/",
        "host=x password='s3cret",
        "postgres://u:s3cret@x/?sslmode=require",
        "postgres://",
    ] {
        let error = authgate_postgres::Shared::connect(url).unwrap_err().to_string();
        assert!(
            error.starts_with("the URL of the PostgreSQL server") && !error.contains("s3cret"),
            "{url}: {error}"
        );
    }
    let shared = authgate_redis::Shared::connect("redis://u:s3cret@x").unwrap();
    let formatted =
        format!("{shared:?} {:?} {:?}", shared.sessions(), shared.api_keys::<Machine>("machines"));
    assert!(!formatted.contains("s3cret"), "{formatted}");
    let shared = authgate_postgres::Shared::connect("postgres://u:s3cret@x/y").unwrap();
    let formatted =
        format!("{shared:?} {:?} {:?}", shared.sessions(), shared.api_keys::<Machine>("machines"));
    assert!(!formatted.contains("s3cret"), "{formatted}");
}

/// An attacker between the two could decline TLS, and then read the sessions.
#[tokio::test]
async fn connection_with_tls_does_not_continue_without_it() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("postgres://u@{}/y", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = [0; 8];
        stream.read_exact(&mut request).await.unwrap();
        stream.write_all(b"N").await.unwrap();
        let mut rest = Vec::new();
        stream.read_to_end(&mut rest).await.unwrap();
        (request, rest)
    });
    let shared = authgate_postgres::Shared::connect_with(&url, tokio_postgres::NoTls).unwrap();
    shared.health().await.unwrap_err();
    let (request, rest) = server.await.unwrap();
    // `SSLRequest` of the protocol, and no message after it.
    assert_eq!(request, [0, 0, 0, 8, 4, 210, 22, 47]);
    assert!(rest.is_empty(), "{rest:?}");
}
