//! Password logins during floods of failing logins, bursts of logins, and whether failures reveal
//! which users exist.

mod app;
mod compared;
mod flooded;
mod sent;

use std::time::Duration;

use tokio::runtime::Runtime;

pub(crate) use app::router;

use crate::options::Options;
use crate::server::Server;
use sent::{Sent, send};

/// The default timeout of a gate.
const TIMEOUT: Duration = Duration::from_secs(2);

/// The number of concurrent logins in a burst.
const BURST: usize = 30;

/// The share of correct logins that must succeed during a flood.
const BESIDE_FLOODS: f64 = 0.95;

/// The share of the hashing capacity within the timeout that must succeed in a burst.
const OF_CAPACITY: f64 = 0.8;

pub(crate) fn run(options: &Options, failures: &mut Vec<String>) {
    let runtime = Runtime::new().expect("a runtime");
    let server = Server::start_with("--serve-logins");
    let hash = runtime.block_on(hash_time(server.address, failures));
    let at_once = app::at_once();
    let rounds = TIMEOUT.as_nanos() / hash.as_nanos().max(1);
    let capacity = usize::try_from(rounds).unwrap_or(usize::MAX).saturating_mul(at_once);
    println!(
        "logins: one hash takes {} ms, {at_once} at once, {capacity} within the timeout of {} s",
        hash.as_millis(),
        TIMEOUT.as_secs()
    );
    runtime.block_on(async {
        burst(server.address, "signed in before", "seen", capacity, failures).await;
        burst(server.address, "first sign-in", "burst", capacity, failures).await;
        println!();
        compared::run(server.address, failures).await;
        println!();
        flooded::run(server.address, options.time * 4, failures).await;
    });
}

/// Returns the median time of a correct login on an idle server. The users of these logins count as
/// seen afterwards.
async fn hash_time(address: std::net::SocketAddr, failures: &mut Vec<String>) -> Duration {
    let mut times = Vec::new();
    for user in 0..BURST {
        let sent = send(address, &format!("seen{user}"), app::PASSWORD).await;
        if sent.status != 200 {
            failures.push(format!("logins: an idle server answers a correct login with {}", sent.status));
        }
        times.push(sent.time);
    }
    times.sort();
    times[times.len() / 2]
}

/// Sends concurrent correct logins of different users.
async fn burst(
    address: std::net::SocketAddr,
    what: &str,
    prefix: &str,
    capacity: usize,
    failures: &mut Vec<String>,
) {
    tokio::time::sleep(TIMEOUT).await;
    let logins = (0..BURST).map(|user| (format!("{prefix}{user}"), app::PASSWORD.to_owned()));
    let all = sent::all_at_once(address, logins).await;
    let (succeeded, refused) = (Sent::times(&all, 200), Sent::times(&all, 503));
    println!(
        "{BURST} correct logins at once, {what}: {} are 200, the last after {} ms; {} are 503, the last after {} ms",
        succeeded.len(),
        sent::milliseconds(succeeded.last()),
        refused.len(),
        sent::milliseconds(refused.last()),
    );
    if succeeded.len() + refused.len() != BURST {
        failures.push(format!("logins, {BURST} at once, {what}: a status other than 200 and 503"));
    }
    if (succeeded.len() as f64) < capacity.min(BURST) as f64 * OF_CAPACITY {
        failures.push(format!(
            "logins, {BURST} at once, {what}: {} succeed of {capacity} that could be hashed in time",
            succeeded.len()
        ));
    }
}
