//! A second process of the service, also with another clock.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::{Duration, SystemTime};

use authgate::scheme::Once as _;
use authgate::scheme::api_key::{KeyRecord, NewKey};
use authgate::scheme::bearer::{Revocation, RevocationStore as _};
use authgate_tests::jar::Jar;
use authgate_tests::session::COOKIE;
use authgate_tests::token::{ISSUER, now, token as valid};
use serde_json::json;

use crate::servers::Server;
use crate::servers::postgres::PostgresServer;
use crate::servers::redis::RedisServer;
use crate::site::{PASSWORD, Site, in_an_hour};
use crate::state::{Change, Machine, State};

const SERVER: &str = "AUTHGATE_STORES_SERVER";
const PORT: &str = "AUTHGATE_STORES_PORT";

/// The command of a second process: the test executable, which answers questions on its standard
/// input.
struct Other {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Other {
    /// Starts the process with a clock that differs by this time, such as `+15m`.
    fn start<S: Server>(server: &S, clock: Option<&str>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--ignored", "--exact", "processes::answers_questions", "--nocapture"]);
        set_clock(&mut command, clock);
        command.env(SERVER, S::NAME).env(PORT, server.port().to_string());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, input, output }
    }

    /// Asks a question, such as `firsts 3`, and returns the answer.
    fn ask(&mut self, question: &str) -> String {
        writeln!(self.input, "{question}").unwrap();
        loop {
            let mut line = String::new();
            assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "the process has ended");
            // The test program prints lines, too.
            if let Some((_, answer)) = line.split_once("answer: ") {
                return answer.trim().to_owned();
            }
        }
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The second process.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "is started by other tests"]
async fn answers_questions() {
    let Ok(port) = std::env::var(PORT) else { return };
    let port = port.parse().unwrap();
    if std::env::var(SERVER).as_deref() == Ok(RedisServer::NAME) {
        answer(Site::new(RedisServer::shared_at(port))).await;
    } else {
        answer(Site::new(PostgresServer::shared_at(port))).await;
    }
}

async fn answer<S: State>(site: Site<S>) {
    for line in std::io::stdin().lines() {
        let line = line.unwrap();
        let (question, rest) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match question {
            "now" => now().to_string(),
            "firsts" => firsts(&site.state, rest.parse().unwrap()).await.to_string(),
            "first" => {
                let (key, seconds) = rest.split_once(' ').unwrap();
                let until = SystemTime::now() + Duration::from_secs(seconds.parse().unwrap());
                site.state.replay().first(&[key.parse().unwrap(); 32], until).await.unwrap().to_string()
            }
            "token" => site.ask_with_token(rest).await.status.as_u16().to_string(),
            "revoke" => {
                let (kind, name) = rest.split_once(' ').unwrap();
                let revocation = if kind == "token" {
                    Revocation::Token { issuer: ISSUER, id: name }
                } else {
                    Revocation::Subject { issuer: ISSUER, subject: name }
                };
                let end = SystemTime::now() + Duration::from_secs(60);
                site.state.revocations().revoke(revocation, end).await.unwrap();
                "done".to_owned()
            }
            "session" => {
                let (line, cookie) = rest.rsplit_once(' ').unwrap();
                let mut jar = Jar::default();
                jar.set(COOKIE, cookie);
                site.ask_in_session(&mut jar, line).await.status.as_u16().to_string()
            }
            "login" => site.log_in("vera", rest, "192.0.2.7").await.status.as_u16().to_string(),
            "key" => site.ask_with_key(rest).await.status.as_u16().to_string(),
            _ => panic!("{line}"),
        };
        println!("answer: {answer}");
    }
}

/// Records the same 20 values, each from 8 tasks at the same time, and returns how many were first.
async fn firsts(state: &impl State, round: u8) -> usize {
    let mut firsts = 0;
    for value in 0..20 {
        let mut key = [round; 32];
        key[0] = value;
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let replay = state.replay();
                tokio::spawn(async move { replay.first(&key, in_an_hour()).await.unwrap() })
            })
            .collect();
        for task in tasks {
            firsts += usize::from(task.await.unwrap());
        }
    }
    firsts
}

/// A change that one process makes applies to the next request at another.
async fn assert_agree<S: Server>() {
    let server = S::start();
    let site = Site::new(server.shared());
    S::prepare(&site.state).await;
    let mut other = Other::start(&server, None);

    for round in 1..=4 {
        let own = firsts(&site.state, round);
        let others = std::thread::scope(|scope| {
            let others = scope.spawn(|| other.ask(&format!("firsts {round}")).parse::<usize>().unwrap());
            let own = tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(own));
            own + others.join().unwrap()
        });
        assert_eq!(others, 20, "16 calls for each of 20 values");
    }

    let before = now() - 5;
    let [stolen, ada] =
        [json!({ "jti": "id-1", "iat": before }), json!({ "jti": "id-2", "sub": "ada", "iat": before })]
            .map(|claims| valid(&claims));
    for (token, revocation) in [(&stolen, "token id-1"), (&ada, "subject ada")] {
        assert_eq!(other.ask(&format!("token {token}")), "200");
        assert_eq!(site.ask_with_token(token).await.status, 200);
        other.ask(&format!("revoke {revocation}"));
        assert_eq!(site.ask_with_token(token).await.status, 401);
        assert_eq!(other.ask(&format!("token {token}")), "401");
    }

    let mut jar = Jar::default();
    site.ask_in_session(&mut jar, "POST /login").await;
    let cookie = jar.get(COOKIE).unwrap().to_owned();
    assert_eq!(other.ask(&format!("session GET /me {cookie}")), "200");
    assert_eq!(other.ask(&format!("session POST /logout {cookie}")), "200");
    assert_eq!(site.ask_in_session(&mut jar, "GET /me").await.status, 401);

    for guess in 0..3 {
        assert_eq!(other.ask(&format!("login guess {guess}")), "401");
    }
    assert_eq!(site.log_in("vera", PASSWORD, "192.0.2.7").await.status, 429);

    let key = NewKey::generate("acme").unwrap();
    site.state.insert_key(key.digest(), KeyRecord::new(Machine::new("ci"))).await.unwrap();
    assert_eq!(other.ask(&format!("key {}", key.text())), "200");
    assert!(site.state.change_key(key.digest(), Change::Revoke).await.unwrap());
    assert_eq!(other.ask(&format!("key {}", key.text())), "401");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis, which .ci/stores installs"]
async fn two_processes_agree_through_redis() {
    assert_agree::<RedisServer>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL, which .ci/stores installs"]
async fn two_processes_agree_through_postgres() {
    assert_agree::<PostgresServer>().await;
}

/// A wrong clock, of a process or of the server, does not make a used value or a revoked token
/// valid.
async fn assert_clocks_may_differ<S: Server>() {
    let server = S::start();
    S::prepare(&server.shared()).await;
    // The clocks of two processes, compared with that of the server.
    for (number, [one, other]) in [
        [None, Some("-50s")],
        [None, Some("+50s")],
        [Some("+15m"), None],
        [Some("+15m"), Some("+14m")],
        [Some("-15m"), Some("-15m")],
    ]
    .into_iter()
    .enumerate()
    {
        let what = format!("{one:?} {other:?}");
        let [mut one, mut other] = [one, other].map(|clock| Other::start(&server, clock));
        let [clock, other_clock] =
            [&mut one, &mut other].map(|other| other.ask("now").parse::<u64>().unwrap());
        assert!(clock.abs_diff(now()) + other_clock.abs_diff(now()) >= 45, "{what}: {clock} {other_clock}");
        // A value whose time ends in one minute.
        assert_eq!(one.ask(&format!("first {number} 60")), "true", "{what}");
        assert_eq!(other.ask(&format!("first {number} 60")), "false", "{what}");
        assert_eq!(other.ask(&format!("first {} 60", 100 + number)), "true", "{what}");
        assert_eq!(one.ask(&format!("first {} 60", 100 + number)), "false", "{what}");
        for (claims, revocation) in [
            (json!({ "jti": format!("id {number}") }), format!("token id {number}")),
            (json!({ "jti": "x", "sub": format!("user {number}") }), format!("subject user {number}")),
        ] {
            // An issuer with the right clock.
            let mut claims = claims;
            (claims["iat"], claims["exp"]) = (json!(now() - 60), json!(now() + 7200));
            let token = valid(&claims);
            assert_eq!(one.ask(&format!("token {token}")), "200", "{what}");
            assert_eq!(other.ask(&format!("revoke {revocation}")), "done");
            for process in [&mut one, &mut other] {
                assert_eq!(process.ask(&format!("token {token}")), "401", "{what}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Redis and faketime, which .ci/stores installs"]
async fn clocks_of_processes_and_redis_may_differ() {
    assert_clocks_may_differ::<RedisServer>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs PostgreSQL and faketime, which .ci/stores installs"]
async fn clocks_of_processes_and_postgres_may_differ() {
    assert_clocks_may_differ::<PostgresServer>().await;
}

/// Changes the clock of a program by a time, such as `+15m`. The command `faketime` would be its
/// parent and survive it.
fn set_clock(command: &mut Command, offset: Option<&str>) {
    let Some(offset) = offset else { return };
    let architectures = std::fs::read_dir("/usr/lib").unwrap().flatten().map(|folder| folder.path());
    let library =
        architectures.map(|folder| folder.join("faketime/libfaketime.so.1")).find(|path| path.exists());
    command.env("LD_PRELOAD", library.expect("faketime, which .ci/stores installs"));
    command.env("FAKETIME", offset).env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
}
