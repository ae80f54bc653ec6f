//! One correct login per second, during floods of failing logins.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use super::sent::{Sent, login, milliseconds, send};
use super::{BESIDE_FLOODS, BURST, TIMEOUT, app};
use crate::connection::Connection;

/// The connections of a flood. Each sends the next login as soon as it gets a response.
const FLOODERS: [usize; 2] = [10, 50];

/// The number of names in floods with many names.
const NAMES: u64 = 40;

type Failing = fn(u64) -> (String, String);

const FLOODS: [(&str, Failing); 4] = [
    ("nobody:x", |_| ("nobody".to_owned(), "x".to_owned())),
    ("unknown names", |number| (format!("unknown{number}"), "x".to_owned())),
    ("one known name", |number| ("known0".to_owned(), format!("wrong{number}"))),
    ("random names", |number| {
        // Every second name exists.
        let name = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32;
        let kind = if name % 2 == 0 { "known" } else { "unknown" };
        (format!("{kind}{}", name % NAMES), format!("wrong{number}"))
    }),
];

pub(super) async fn run(address: SocketAddr, time: Duration, failures: &mut Vec<String>) {
    println!("beside floods of failing logins, one correct login a second, for {} s each:", time.as_secs());
    println!(
        "{:<16} {:>5} {:>17} {:>8} {:>8} {:>7} {:>7} {:>7}  flood's answers a second",
        "flood", "from", "users", "200", "share", "p50 ms", "max ms", "others"
    );
    let mut number = 0;
    for (name, failing) in FLOODS {
        for flooders in FLOODERS {
            for (users, prefix) in [("signed in before", "seen"), ("first sign-in", "new")] {
                let flood = Flood::start(address, flooders, failing);
                // Let the flood fill every queue first.
                tokio::time::sleep(TIMEOUT).await;
                let logins = one_a_second(address, prefix, &mut number, time).await;
                let answers = flood.stop(time + TIMEOUT * 2).await;
                let succeeded = Sent::times(&logins, 200);
                let share = succeeded.len() as f64 / logins.len() as f64;
                println!(
                    "{name:<16} {flooders:>5} {users:>17} {:>8} {:>7.0}% {:>7} {:>7} {:>7}  {answers}",
                    format!("{}/{}", succeeded.len(), logins.len()),
                    share * 100.0,
                    milliseconds(succeeded.get(succeeded.len() / 2)),
                    milliseconds(succeeded.last()),
                    logins.len() - succeeded.len() - Sent::times(&logins, 503).len(),
                );
                if share < BESIDE_FLOODS {
                    failures.push(format!(
                        "logins beside {name} from {flooders}, {users}: {:.0} % succeed",
                        share * 100.0
                    ));
                }
                tokio::time::sleep(TIMEOUT).await;
            }
        }
    }
}

/// Sends one correct login per second.
async fn one_a_second(address: SocketAddr, prefix: &str, number: &mut usize, time: Duration) -> Vec<Sent> {
    let mut every = tokio::time::interval(Duration::from_secs(1));
    let mut tasks = JoinSet::new();
    for _ in 0..time.as_secs() {
        every.tick().await;
        *number += 1;
        let user = if prefix == "seen" { *number % BURST } else { *number };
        let name = format!("{prefix}{user}");
        tasks.spawn(async move { send(address, &name, app::PASSWORD).await });
    }
    tasks.join_all().await
}

struct Flood {
    tasks: JoinSet<BTreeMap<u16, u64>>,
    stop: Arc<AtomicU64>,
    started: Instant,
}

impl Flood {
    fn start(address: SocketAddr, flooders: usize, failing: Failing) -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let (mut tasks, stop) = (JoinSet::new(), Arc::new(AtomicU64::new(0)));
        for _ in 0..flooders {
            let stop = Arc::clone(&stop);
            tasks.spawn(async move {
                let (mut answers, mut connection) = (BTreeMap::new(), None);
                while stop.load(Ordering::Relaxed) == 0 {
                    let Some(open) = &mut connection else {
                        connection = Connection::to(address).await.ok();
                        continue;
                    };
                    let (name, password) = failing(NUMBER.fetch_add(1, Ordering::Relaxed));
                    let status = open.ask(&login(&name, &password)).await.unwrap_or(0);
                    *answers.entry(status).or_default() += 1;
                    if status == 0 {
                        connection = None;
                    }
                }
                answers
            });
        }
        Self { tasks, stop, started: Instant::now() }
    }

    async fn stop(mut self, patience: Duration) -> String {
        self.stop.store(1, Ordering::Relaxed);
        let mut all: BTreeMap<u16, u64> = BTreeMap::new();
        let joined = async {
            while let Some(answers) = self.tasks.join_next().await {
                for (status, count) in answers.expect("floods do not panic") {
                    *all.entry(status).or_default() += count;
                }
            }
        };
        drop(tokio::time::timeout(patience, joined).await);
        let seconds = self.started.elapsed().as_secs_f64();
        let rates = all.iter().map(|(status, count)| format!("{status}: {:.1}", *count as f64 / seconds));
        rates.collect::<Vec<_>>().join(", ")
    }
}
