//! Sends as many requests of one kind as the machine can handle, while legitimate callers continue.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Runtime;
use tokio::task::JoinSet;

use crate::callers::{self, Heard};
use crate::connection::{Connection, bearer, request};
use crate::json;
use crate::options::Options;
use crate::process::mebibytes;
use crate::server::Server;
use crate::tokens::{self, HEADER, ROOM, claims, forged, header_with, signed, unknown_key};

/// The connections of the flood. Each sends the next request as soon as it gets a response.
const FLOODERS: usize = 64;

/// The number of distinct requests of a kind, so that memory kept for them is visible.
const DIFFERENT: u64 = 1000;

struct Flood {
    name: &'static str,
    requests: Arc<[Vec<u8>]>,
    status: u16,
    /// The name of the flood of valid tokens for comparison.
    like: &'static str,
}

fn floods() -> Vec<Flood> {
    let flood = |name, status, like, fields: &dyn Fn(u64) -> String, count: u64| Flood {
        name,
        requests: (0..count).map(|number| request(&fields(number))).collect(),
        status,
        like,
    };
    let good = claims("admin", "");
    let (names, escaped, few) = (json::names(ROOM), json::escaped_names(ROOM), json::escaped_names(6000));
    vec![
        flood("good", 200, "good", &|_| bearer(&tokens::good()), 1),
        flood("anonymous", 401, "good", &|_| String::new(), 1),
        flood("bad signature", 401, "good", &|number| bearer(&forged(HEADER, &good, number)), DIFFERENT),
        flood(
            "unknown kid",
            401,
            "good",
            &|number| bearer(&forged(&unknown_key(number), &good, 0)),
            DIFFERENT,
        ),
        flood("two lines", 400, "good", &|_| bearer(&tokens::good()).repeat(2), 1),
        flood("wrong role", 403, "good", &|_| bearer(&signed(HEADER, &claims("viewer", ""))), 1),
        flood("good, 60 KB", 200, "good, 60 KB", &|_| bearer(&tokens::good_and_long()), 1),
        flood("no token, 60 KB", 401, "good, 60 KB", &|_| bearer(&"a".repeat(60_000)), 1),
        flood(
            "forged, 60 KB",
            401,
            "good, 60 KB",
            &|_| bearer(&forged(HEADER, &claims("admin", &names), 0)),
            1,
        ),
        flood("names in header", 401, "good, 60 KB", &|_| bearer(&forged(&header_with(&few), &good, 0)), 1),
        flood(
            "names in claims",
            200,
            "good, 60 KB",
            &|_| bearer(&signed(HEADER, &claims("admin", &escaped))),
            1,
        ),
        flood("too large, 1 MB", 431, "good, 60 KB", &|_| bearer(&"a".repeat(1024 * 1024)), 1),
    ]
}

pub(crate) fn run(options: &Options, faults: &mut Vec<String>) {
    let server = Server::start();
    let runtime = Runtime::new().expect("a runtime");
    println!(
        "floods: {FLOODERS} connections ask without a pause; {} good callers beside them",
        options.callers
    );
    println!(
        "{:<18} {:>10} {:>8} {:>9} {:>9} {:>9} {:>8} {:>5} {:>9}",
        "flood", "requests/s", "x good", "p50 ms", "p99 ms", "x alone", "x good", "5xx", "RSS MiB"
    );
    let mut beside = runtime.block_on(callers::good(server.address, options.callers, options.time));
    let (median, alone) = beside.percentiles();
    let resident = mebibytes(server.resident());
    println!(
        "{:<18} {:>10} {:>8} {median:>9.2} {alone:>9.2} {:>9.2} {:>8} {:>5} {resident:>9}",
        "none", "", "", 1.0, "", 0
    );
    let mut good: Vec<(&str, f64, f64)> = Vec::new();
    for Flood { name, requests, status, like } in floods() {
        let (mut beside, flood) = runtime.block_on(async {
            let flood = tokio::spawn(flood(server.address, requests, options.time));
            let beside = callers::good(server.address, options.callers, options.time).await;
            (beside, flood.await.expect("floods do not panic"))
        });
        let rate = flood.answered() as f64 / options.time.as_secs_f64();
        let (median, late) = beside.percentiles();
        if name == like {
            good.push((name, rate, late));
        }
        let (_, good_rate, good_late) =
            good.iter().find(|(known, ..)| *known == like).copied().unwrap_or((name, f64::NAN, f64::NAN));
        println!(
            "{name:<18} {rate:>10.0} {:>8.2} {median:>9.2} {late:>9.2} {:>9.2} {:>8.2} {:>5} {:>9}",
            rate / good_rate,
            late / alone,
            late / good_late,
            flood.server_errors() + beside.server_errors(),
            mebibytes(server.resident())
        );
        let statuses = &flood.statuses;
        // A server that rejects a request early can close the connection before the client has read
        // the response.
        let is_as_expected = statuses.keys().eq([&status]) && (flood.unanswered == 0 || status == 431);
        if !is_as_expected || !beside.is_all(200) {
            faults.push(format!(
                "flood of {name}: {statuses:?}, {} unanswered; beside it {:?}, {} unanswered",
                flood.unanswered, beside.statuses, beside.unanswered
            ));
        }
    }
}

async fn flood(address: SocketAddr, requests: Arc<[Vec<u8>]>, time: Duration) -> Heard {
    let mut tasks = JoinSet::new();
    for flooder in 0..FLOODERS {
        let requests = Arc::clone(&requests);
        tasks.spawn(async move {
            let mut heard = Heard::default();
            let mut connection = None;
            let end = Instant::now() + time;
            for asked in requests.iter().cycle().skip(flooder) {
                if Instant::now() >= end {
                    break;
                }
                let Some(open) = &mut connection else {
                    connection = Connection::to(address).await.ok();
                    continue;
                };
                match open.ask(asked).await {
                    Ok(status) => {
                        heard.count(status);
                        // The server closes the connection after a 431.
                        if status == 431 {
                            connection = None;
                        }
                    }
                    Err(_) => {
                        heard.unanswered += 1;
                        connection = None;
                    }
                }
            }
            heard
        });
    }
    let mut all = Heard::default();
    while let Some(heard) = tasks.join_next().await {
        all.add(heard.expect("floods do not panic"));
    }
    all
}
