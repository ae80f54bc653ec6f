//! A flood of logins does not slow down other requests.

use std::thread;
use std::time::{Duration, Instant};

use authgate::Gate;
use authgate::password::{Htpasswd, Passwords};
use authgate::scheme::Basic;
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::http::{Server, basic};
use tokio::runtime;
use tokio::task::JoinSet;
use tokio::time::{interval, sleep, timeout};

const A_SECOND: u64 = 200;
const SECONDS: u64 = 3;

/// An expensive hash of `password`, from the tests of the reference implementation
/// (phc-winner-argon2, `src/test.c`).
const HASH: &str = "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";

/// Starts a server on separate threads: two worker threads, as on a small machine, and two threads
/// that hash. If the worker threads hashed passwords, other requests would have to wait.
fn server() -> Server {
    let (sender, receiver) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
        runtime.expect("a runtime").block_on(async move {
            let passwords = Passwords::new().at_once(2).waiting(8);
            let users = Htpasswd::text(&format!("reader:{HASH}"), |name| User::new(name, &[], &[]));
            let users = users.expect("well-formed").passwords(passwords);
            let gate = Gate::builder().scheme(Basic::new(users).realm("api")).build().expect("complete");
            let app = routes().with_state(App { gate, ran: Ran::default() });
            sender.send(Server::of(app).await).expect("a receiver");
            std::future::pending::<()>().await;
        });
    });
    receiver.recv().expect("a server")
}

/// Sends wrong logins for some seconds. Returns the 99th percentile of the latency of `/health`,
/// the number of hashed logins and the number of rejected logins.
async fn flood(server: Server) -> (Duration, usize, usize) {
    let logins = tokio::spawn(async move {
        let (mut every, mut logins) = (interval(Duration::from_micros(1_000_000 / A_SECOND)), JoinSet::new());
        for number in 0..A_SECOND * SECONDS {
            every.tick().await;
            // Every second login is for an unknown user.
            let name = if number % 2 == 0 { "reader".to_owned() } else { format!("user{number}") };
            logins.spawn(
                async move { server.get("/me", basic(&format!("{name}:wrong{number}"))).await.status },
            );
        }
        logins.join_all().await
    });
    let (mut every, mut times) = (interval(Duration::from_millis(5)), Vec::new());
    let start = Instant::now();
    while start.elapsed() < Duration::from_secs(SECONDS) {
        every.tick().await;
        let asked = Instant::now();
        let answer = timeout(Duration::from_secs(10), server.get("/health", "")).await;
        assert_eq!(answer.expect("the others are not served at all").status, 200);
        times.push(asked.elapsed());
    }
    times.sort_unstable();
    let answers = logins.await.expect("answers");
    let count = |status| answers.iter().filter(|answer| **answer == status).count();
    let (hashed, turned_away) = (count(401), count(503));
    assert_eq!(hashed + turned_away, answers.len(), "every one is answered, and none otherwise: {answers:?}");
    (times[times.len() * 99 / 100], hashed, turned_away)
}

/// The only test that asserts time. It has three attempts, because the machine can be busy. Hashing
/// on the worker threads would fail all three by a wide margin.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_requests_are_served_during_a_login_flood() {
    let server = server();
    let mut rounds = Vec::new();
    while rounds.len() < 3 {
        let round = flood(server).await;
        assert!(round.1 > 0, "some were hashed: {round:?}");
        rounds.push(round);
        if round.0 < Duration::from_millis(50) {
            break;
        }
    }
    assert!(rounds.iter().any(|round| round.0 < Duration::from_millis(50)), "{rounds:?}");
    // Afterwards, a user with the right password can log in.
    for _ in 0..50 {
        if server.get("/me", basic("reader:password")).await.status == 200 {
            return;
        }
        sleep(Duration::from_millis(100)).await;
    }
    panic!("the flood is over, and nobody comes in");
}
