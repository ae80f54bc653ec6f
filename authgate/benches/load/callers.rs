//! Good callers, who are to be answered whatever else goes on.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::connection::{Connection, bearer, request};
use crate::tokens;

/// Between two requests of one caller: so few that the machine has time left for the others.
const PAUSE: Duration = Duration::from_millis(20);

/// What callers have heard.
#[derive(Default)]
pub(crate) struct Heard {
    /// From the first byte sent to the last one read.
    times: Vec<Duration>,
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Requests that were not answered.
    pub(crate) unanswered: u64,
}

impl Heard {
    pub(crate) fn add(&mut self, other: Self) {
        self.times.extend(other.times);
        for (status, count) in other.statuses {
            *self.statuses.entry(status).or_default() += count;
        }
        self.unanswered += other.unanswered;
    }

    pub(crate) fn count(&mut self, status: u16) {
        *self.statuses.entry(status).or_default() += 1;
    }

    pub(crate) fn answered(&self) -> u64 {
        self.statuses.values().sum()
    }

    pub(crate) fn server_errors(&self) -> u64 {
        self.statuses.range(500..).map(|(_, count)| count).sum()
    }

    /// Whether all were answered, and with this status.
    pub(crate) fn is_all(&self, status: u16) -> bool {
        self.unanswered == 0 && self.statuses.keys().eq([&status])
    }

    /// The median, and what one of a hundred exceeds, in milliseconds.
    pub(crate) fn percentiles(&mut self) -> (f64, f64) {
        self.times.sort();
        let at = |hundredth: usize| self.times.get(self.times.len() * hundredth / 100);
        let milliseconds = |time: Option<&Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        (milliseconds(at(50)), milliseconds(at(99)))
    }
}

/// So many callers with good tokens, each on a connection of its own, for this time.
pub(crate) async fn good(address: SocketAddr, callers: usize, time: Duration) -> Heard {
    let asked = request(&bearer(&tokens::good()));
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let asked = asked.clone();
        tasks.spawn(async move {
            let mut heard = Heard::default();
            // Not all at the same moment.
            let start = PAUSE.mul_f64(caller as f64 / callers as f64);
            tokio::time::sleep(start).await;
            let Ok(mut connection) = Connection::to(address).await else {
                heard.unanswered = 1;
                return heard;
            };
            let end = Instant::now() + time;
            while Instant::now() < end {
                let start = Instant::now();
                match connection.ask(&asked).await {
                    Ok(status) => {
                        heard.times.push(start.elapsed());
                        heard.count(status);
                    }
                    Err(_) => {
                        heard.unanswered += 1;
                        break;
                    }
                }
                tokio::time::sleep(PAUSE).await;
            }
            heard
        });
    }
    let mut all = Heard::default();
    while let Some(heard) = tasks.join_next().await {
        all.add(heard.expect("callers do not panic"));
    }
    all
}
