//! Several processes behind one address behave as one.

use std::net::TcpListener;
use std::process::Stdio;

use tokio::process::{Child, Command};
use workspace::settings::Settings;
use workspace::{TemporaryFolder, start};

use crate::browser::{Browser, Server, settings};

/// Starts two processes with one database. The second one finds the users of the first one.
async fn two(redis: Option<String>) -> (Server, Server) {
    let first = Settings { redis, ..settings().await };
    let one = start(&first).await.unwrap();
    let file = |folder: &TemporaryFolder| format!("sqlite://{}", folder.0.join("workspace.db").display());
    let database = first.database.clone().or_else(|| one.folder.as_ref().map(file));
    let other = start(&Settings { database, ..first }).await.unwrap();
    assert_eq!(other.password, None);
    let (one, mut other) = (Server::of(one), Server::of(other));
    other.password.clone_from(&one.password);
    (one, other)
}

/// Returns the same browser, which a proxy now sends to another process.
fn at(server: &Server, browser: &Browser) -> Browser {
    Browser { address: server.address, cookies: browser.cookies.clone() }
}

#[tokio::test]
async fn revoked_keys_and_new_roles_apply_to_the_next_request_of_every_process() {
    let (one, other) = two(None).await;
    let mut ada = one.signed_in("ada").await;
    let form = [("name", "Both"), ("read", "true"), ("days", "30")];
    let created = ada.post("/orgs/acme/keys", &form).await;
    let (_, key) = created.body.split_once("<code class=\"secret\">").unwrap();
    let fields = format!("x-api-key: {}\r\n", key.split('<').next().unwrap());
    other.browser().send("GET /api/me", &fields, "").await.assert(200, "acme");
    let list = ada.get("/orgs/acme/keys").await;
    let (_, revoke) = list.body.split_once("action=\"/orgs/acme/keys/").unwrap();
    ada.post(&format!("/orgs/acme/keys/{}", revoke.split('"').next().unwrap()), &[]).await;
    other.browser().send("GET /api/me", &fields, "").await.assert(401, "credentials_revoked");

    let login = [("email", "ed@example.com"), ("password", one.password.as_str())];
    let mut ed = at(&other, &one.browser());
    ed.post("/login", &login).await;
    ed.get("/orgs/acme/documents/new").await.assert(200, "New document");
    let id: String = sqlx::query_scalar("SELECT id FROM users WHERE email = 'ed@example.com'")
        .fetch_one(&one.db)
        .await
        .unwrap();
    ada.post(&format!("/orgs/acme/members/{id}"), &[("role", "viewer")]).await;
    ed.get("/orgs/acme/documents/new").await.assert(403, "You lack the required role.");
}

/// A Redis server on a free port, which is killed with this value.
struct Redis(Child, String);

impl Redis {
    async fn start() -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Command::new("redis-server")
            .args(["--port", &port.to_string(), "--save", "", "--bind", "127.0.0.1"])
            .stdout(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("redis-server: {error}; `.ci/stores` installs it"));
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            tokio::task::yield_now().await;
        }
        Self(server, format!("redis://127.0.0.1:{port}/0"))
    }
}

#[tokio::test]
#[ignore = "requires Redis, which .ci/stores installs"]
async fn redis_makes_two_processes_one() {
    let mut redis = Redis::start().await;
    let (one, other) = two(Some(redis.1.clone())).await;
    // The sign-in at one process is a sign-in at both.
    let mut ada = one.signed_in("ada").await;
    at(&other, &ada).get("/orgs/acme").await.assert(200, "Salaries");
    // A rule with `fresh = "5m"` knows the time of the login.
    at(&other, &ada).get("/orgs/acme/keys/new").await.assert(200, "New API key");
    let stolen = ada.clone();
    assert_eq!(at(&other, &ada).post("/logout", &[]).await.location(), "/login");
    for server in [&one, &other] {
        assert_eq!(at(server, &stolen).get("/orgs/acme").await.status, 303);
    }

    // Attempts to guess a password count at both.
    let (mut at_one, mut at_other) = (one.browser(), other.browser());
    for number in 0..10 {
        let password = format!("wrong {number}");
        let form = [("email", "vera@example.com"), ("password", password.as_str())];
        let browser = if number % 2 == 0 { &mut at_one } else { &mut at_other };
        assert_eq!(browser.post("/login", &form).await.status, 401);
    }
    let form = [("email", "vera@example.com"), ("password", one.password.as_str())];
    for browser in [&mut at_one, &mut at_other] {
        browser.post("/login", &form).await.assert(429, "Too Many Requests");
    }

    // An outage is 503, and signs no user out.
    ada = other.signed_in("ada").await;
    assert_eq!(one.browser().get("/ready").await.status, 200);
    redis.0.kill().await.unwrap();
    ada.get("/orgs/acme").await.assert(503, "Service Unavailable");
    assert_eq!(ada.cookies.len(), 1);
    one.browser().get("/ready").await.assert(503, "Redis");
    assert_eq!(one.browser().get("/health").await.status, 200);
}
