//! Legitimate callers, who must get responses under any load.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::connection::{Connection, bearer, request};
use crate::tokens;

/// The pause between two requests of one caller, long enough to leave time for the attack.
const PAUSE: Duration = Duration::from_millis(20);

/// The responses that callers received.
#[derive(Default)]
pub(crate) struct Heard {
    /// The times from the first byte sent to the last byte read.
    times: Vec<Duration>,
    pub(crate) statuses: BTreeMap<u16, u64>,
    /// Requests without a response.
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

    /// Returns `true` if every request got a response with this status.
    pub(crate) fn is_all(&self, status: u16) -> bool {
        self.unanswered == 0 && self.statuses.keys().eq([&status])
    }

    /// Returns the median and the 99th percentile in milliseconds.
    pub(crate) fn percentiles(&mut self) -> (f64, f64) {
        self.times.sort();
        let at = |hundredth: usize| self.times.get(self.times.len() * hundredth / 100);
        let milliseconds = |time: Option<&Duration>| time.map_or(f64::NAN, |time| time.as_secs_f64() * 1e3);
        (milliseconds(at(50)), milliseconds(at(99)))
    }
}

/// Runs this number of callers with valid tokens for this time, each on a separate connection.
pub(crate) async fn good(address: SocketAddr, callers: usize, time: Duration) -> Heard {
    let asked = request(&bearer(&tokens::good()));
    let mut tasks = JoinSet::new();
    for caller in 0..callers {
        let asked = asked.clone();
        tasks.spawn(async move {
            let mut heard = Heard::default();
            // Spread the callers over time.
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
