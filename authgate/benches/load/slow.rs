//! Thousands of connections that never complete a request, while legitimate callers continue.
//!
//! authgate does not run before the head of a request is complete. The results therefore show the
//! behavior of the server, and that authgate adds nothing to it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use crate::callers::{self, Heard};
use crate::connection::{bearer, request};
use crate::options::Options;
use crate::process::{mebibytes, most_files};
use crate::server::Server;
use crate::tokens;

/// The pause between two bytes of a connection that sends one byte at a time.
const DRIP: Duration = Duration::from_secs(2);

/// The number of connections opened at once, because the kernel's backlog is limited.
const AT_ONCE: usize = 200;

/// The time until the server has noticed closed connections.
const CLOSING: Duration = Duration::from_secs(3);

/// The number of rounds of slow connections. The allocator keeps freed memory in fragments and
/// requests less in each round. A leak would request the same amount in each round.
const ROUNDS: usize = 5;

/// The memory that the last round may request, in addition to half of that of the second round, in
/// KiB.
const SLACK: u64 = 4 * 1024;

pub(crate) fn run(options: &Options, faults: &mut Vec<String>) {
    let needed = options.connections + options.callers + 100;
    if most_files() < needed {
        faults.push(format!(
            "{} files may be open, and {needed} are needed: `ulimit -n {needed}`, or fewer `--connections`",
            most_files()
        ));
        return;
    }
    let server = Server::start();
    let runtime = Runtime::new().expect("a runtime");
    println!(
        "slow: {} connections that never finish a request, a third of them a byte every {} s; {} good callers",
        options.connections,
        DRIP.as_secs(),
        options.callers
    );
    println!(
        "{:<16} {:>9} {:>9} {:>9} {:>8} {:>9} {:>6}",
        "", "p50 ms", "p99 ms", "x alone", "5xx", "RSS MiB", "files"
    );
    let mut alone = f64::NAN;
    let good = || callers::good(server.address, options.callers, options.time);
    print_row("alone", runtime.block_on(good()), &mut alone, &server, faults);
    let mut held = Vec::new();
    for round in 1..=ROUNDS {
        runtime.block_on(async {
            let slow = open(server.address, options.connections).await;
            if slow.len() < options.connections {
                faults.push(format!("{} of {} connections were let in", slow.len(), options.connections));
            }
            print_row(&format!("beside, round {round}"), good().await, &mut alone, &server, faults);
            drop(slow);
            tokio::time::sleep(CLOSING).await;
        });
        held.push(server.resident());
    }
    print_row("afterwards", runtime.block_on(good()), &mut alone, &server, faults);
    let rounds: Vec<_> = held.iter().map(|held| mebibytes(*held)).collect();
    println!("RSS MiB after each round: {}", rounds.join(", "));
    if let [first, second, .., last_but_one, last] = held.as_slice()
        && last - last_but_one.min(last) > (second - first.min(second)) / 2 + SLACK
    {
        faults.push(format!("slow: memory grows with each round: {held:?} KiB"));
    }
}

fn print_row(what: &str, mut heard: Heard, alone: &mut f64, server: &Server, faults: &mut Vec<String>) {
    let (median, late) = heard.percentiles();
    if alone.is_nan() {
        *alone = late;
    }
    println!(
        "{what:<16} {median:>9.2} {late:>9.2} {:>9.2} {:>8} {:>9} {:>6}",
        late / *alone,
        heard.server_errors(),
        mebibytes(server.resident()),
        server.files()
    );
    if !heard.is_all(200) {
        faults.push(format!("slow, {what}: {:?}, {} unanswered", heard.statuses, heard.unanswered));
    }
}

/// Opens connections of three kinds: one byte at a time, stopped in the middle of a head, and
/// stopped after 30 KB of a head.
async fn open(address: SocketAddr, count: usize) -> JoinSet<()> {
    let small: Arc<[u8]> = request(&bearer(&tokens::good())).into();
    let large: Arc<[u8]> = request(&bearer(&tokens::good_and_long())).into();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let (opened, mut count_opened) = tokio::sync::mpsc::unbounded_channel();
    let mut slow = JoinSet::new();
    for number in 0..count {
        let permit = Arc::clone(&permits).acquire_owned().await.expect("never closed");
        let (small, large, opened) = (Arc::clone(&small), Arc::clone(&large), opened.clone());
        slow.spawn(async move {
            let Ok(mut stream) = TcpStream::connect(address).await else { return };
            let start = match number % 3 {
                0 => &small[..1],
                1 => &small[..small.len() / 2],
                _ => &large[..30_000],
            };
            let sent = stream.write_all(start).await;
            drop(permit);
            if sent.is_err() || opened.send(()).is_err() {
                return;
            }
            drop(opened);
            // The request never ends, however long the connection lasts.
            for byte in small.iter().skip(1).take(if number % 3 == 0 { small.len() - 2 } else { 0 }) {
                tokio::time::sleep(DRIP).await;
                if stream.write_all(&[*byte]).await.is_err() {
                    return;
                }
            }
            std::future::pending::<()>().await;
        });
    }
    drop(opened);
    for _ in 0..count {
        if count_opened.recv().await.is_none() {
            break;
        }
    }
    while slow.try_join_next().is_some() {}
    slow
}
