//! The responses that clients get while the server fails, and how soon the service works again.

mod postgres;
mod redis;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use authgate::scheme::Once as _;
use authgate::scheme::bearer::{Revocation, RevocationStore as _};
use authgate_tests::token::ISSUER;
use tower_sessions_core::SessionStore as _;
use tower_sessions_core::session::{Id, Record};

use crate::proxy::{Network, Proxy};
use crate::servers::Server;
use crate::site::{Clients, Site, Statuses, in_an_hour};
use crate::state::State;

/// The rows of the table, which the last test prints.
pub(crate) struct Table(Mutex<Vec<[String; 4]>>);

impl Table {
    pub(crate) const fn new() -> Self {
        Self(Mutex::new(Vec::new()))
    }

    fn add(&self, fault: &str, valid: &Answers, invalid: &Answers, recovery: Option<Duration>) {
        let recovery = recovery.map_or_else(String::new, |time| format!("{} ms", time.as_millis()));
        let row = [fault.to_owned(), valid.text(), invalid.text(), recovery];
        self.0.lock().unwrap().push(row);
    }

    pub(crate) fn print(&self, server: &str) {
        let mut text = format!(
            "\n{server}\n| fault | valid requests | invalid requests | works again after |\n|---|---|---|--:|\n"
        );
        for row in self.0.lock().unwrap().iter() {
            writeln!(text, "| {} |", row.join(" | ")).unwrap();
        }
        println!("{text}");
    }
}

/// The statuses that each operation got.
#[derive(Debug, Default)]
pub(crate) struct Answers(BTreeMap<&'static str, BTreeSet<u16>>);

impl Answers {
    pub(crate) fn add(&mut self, statuses: Statuses) {
        for (operation, status) in statuses {
            self.0.entry(operation).or_default().insert(status);
        }
    }

    /// Lists the statuses with their operations: `200 session, token; 503 proof`.
    fn text(&self) -> String {
        let mut by_status: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for (operation, statuses) in &self.0 {
            let statuses: Vec<_> = statuses.iter().map(u16::to_string).collect();
            by_status.entry(statuses.join("/")).or_default().push(operation);
        }
        if by_status.len() == 1 {
            return by_status.into_keys().collect();
        }
        let parts =
            by_status.into_iter().map(|(status, operations)| format!("{status} {}", operations.join(", ")));
        parts.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn of(&self, operation: &str) -> BTreeSet<u16> {
        self.0[operation].clone()
    }

    /// Returns `true` if each operation got only these statuses.
    pub(crate) fn has_only(&self, statuses: &[u16]) -> bool {
        self.0.values().flatten().all(|status| statuses.contains(status))
    }

    /// Asserts that each operation got only this status.
    #[track_caller]
    pub(crate) fn assert_all(&self, fault: &str, status: u16) {
        assert!(self.0.values().all(|statuses| *statuses == [status].into()), "{fault}: {:?}", self.0);
    }
}

/// A service with clients, while the server fails.
pub(crate) struct Drill<'a, S> {
    pub(crate) site: Site<S>,
    clients: Clients,
    table: &'a Table,
}

impl<'a, S: State> Drill<'a, S> {
    pub(crate) async fn new(shared: S, table: &'a Table) -> Self {
        let site = Site::new(shared);
        let mut clients = Clients::of(&site).await;
        clients.assert_intact(&site).await;
        Self { site, clients, table }
    }

    /// Sends requests during a fault. Returns the statuses of valid and of invalid ones.
    pub(crate) async fn ask(&mut self) -> [Answers; 2] {
        self.ask_for(Duration::ZERO).await
    }

    async fn ask_for(&mut self, time: Duration) -> [Answers; 2] {
        let [mut valid, mut invalid] = [Answers::default(), Answers::default()];
        let (started, mut rounds) = (Instant::now(), 0);
        while rounds < 3 || started.elapsed() < time {
            valid.add(self.clients.valid(&self.site).await);
            invalid.add(self.clients.invalid(&self.site).await);
            rounds += 1;
            tokio::time::sleep(time / 100).await;
        }
        [valid, invalid]
    }

    /// Checks a fault in which no operation is possible. `repair` ends it.
    pub(crate) async fn outage(&mut self, fault: &str, repair: impl AsyncFnOnce()) {
        // Until the pauses between two connections are as long as they get.
        let [valid, invalid] = self.ask_for(Duration::from_secs(3)).await;
        valid.assert_all(fault, 503);
        invalid.assert_all(fault, 503);
        let token = Revocation::Token { issuer: ISSUER, id: "during the outage" };
        let revoked = self.site.state.revocations().revoke(token, in_an_hour()).await;
        assert!(revoked.is_err(), "{fault}: a revocation was acknowledged");
        assert!(self.site.state.replay().first(&[1; 32], in_an_hour()).await.is_err(), "{fault}");
        repair().await;
        self.recover(fault, &valid, &invalid).await;
    }

    /// Waits until the service works again, and checks that nothing was lost.
    pub(crate) async fn recover(&mut self, fault: &str, valid: &Answers, invalid: &Answers) {
        let repaired = Instant::now();
        loop {
            let statuses = self.clients.valid(&self.site).await;
            assert!(statuses.iter().all(|(_, status)| [200, 503].contains(status)), "{fault}: {statuses:?}");
            if statuses.iter().all(|(_, status)| *status == 200) {
                break;
            }
            assert!(repaired.elapsed() < Duration::from_secs(60), "{fault}: {statuses:?}");
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        self.table.add(fault, valid, invalid, Some(repaired.elapsed()));
        self.clients.assert_intact(&self.site).await;
    }
}

/// Faults that are the same for each server: of its process, and of the network.
pub(crate) async fn process_and_network<S: Server>(table: &Table) {
    let mut server = S::start();
    let proxy = Proxy::to(server.port()).await;
    S::prepare(&server.shared()).await;
    let mut drill = Drill::new(S::shared_at(proxy.port), table).await;

    server.process().kill();
    drill.outage("killed (SIGKILL), and started again", async || server.start_again()).await;

    server.process().signal("STOP");
    drill.outage("stopped (SIGSTOP), and continued", async || server.process().signal("CONT")).await;

    server.process().kill();
    server.start_again();
    let [valid, invalid] = drill.ask().await;
    drill.recover("started again between two requests", &valid, &invalid).await;

    proxy.set(Network::Delay(Duration::from_millis(100)));
    let [valid, invalid] = drill.ask().await;
    valid.assert_all("slow network", 200);
    invalid.assert_all("slow network", 401);
    proxy.set(Network::Delay(Duration::ZERO));
    drill.recover("network with 200 ms more per round trip", &valid, &invalid).await;

    for (fault, network) in [
        ("network with 3 s more per direction", Network::Delay(Duration::from_secs(3))),
        ("network that loses all packets", Network::Lossy),
        ("network that closes all connections", Network::Cut),
    ] {
        proxy.set(network);
        drill.outage(fault, async || proxy.set(Network::Delay(Duration::ZERO))).await;
    }
}

/// A service that starts before its server.
pub(crate) async fn starts_while_it_is_down<S: Server>(table: &Table) {
    let mut server = S::start();
    S::prepare(&server.shared()).await;
    // The clients got their credentials from another process.
    let mut drill = Drill::new(server.shared(), table).await;
    server.process().kill();
    drill.site = Site::new(server.shared());
    drill.outage("service started while the server is down", async || server.start_again()).await;
}

/// Operations that write fail, and the others work.
fn writes_fail(fault: &str, valid: &Answers) {
    for (operation, status) in
        [("token", 200), ("api key", 200), ("session", 200), ("proof", 503), ("digest", 503), ("login", 503)]
    {
        assert_eq!(valid.0[operation], [status].into(), "{fault}: {operation}");
    }
}

/// Used values cannot be looked up without writing.
fn reads_reject(fault: &str, invalid: &Answers) {
    for (operation, statuses) in &invalid.0 {
        let expected = if operation.starts_with("used") { 503 } else { 401 };
        assert_eq!(*statuses, [expected].into(), "{fault}: {operation}");
    }
}

/// A save that timed out may arrive after the session has ended.
pub(crate) async fn late_save_does_not_revive_a_session<S: Server>() {
    let server = S::start();
    let near = server.shared();
    S::prepare(&near).await;
    let proxy = Proxy::to(server.port()).await;
    let far = S::shared_at(proxy.port);
    let (near, far) = (near.session_store(), far.session_store());
    let expiry_date = time::OffsetDateTime::now_utc() + time::Duration::HOUR;
    let mut session = Record { id: Id::default(), data: HashMap::new(), expiry_date };
    far.create(&mut session).await.unwrap();
    proxy.set(Network::Delay(Duration::from_secs(2)));
    assert!(far.save(&session).await.is_err());
    assert!(near.load(&session.id).await.unwrap().is_some());
    near.delete(&session.id).await.unwrap();
    // The save arrives.
    tokio::time::sleep(Duration::from_secs(2)).await;
    assert!(near.load(&session.id).await.unwrap().is_none());
}
