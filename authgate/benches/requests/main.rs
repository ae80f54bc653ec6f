//! Whole requests, in process: `Router -> oneshot -> handler with a two-byte body`, beside the same router without
//! authentication and beside an extractor written by hand over `jsonwebtoken`.
//!
//! ```sh
//! cargo bench -p authgate --features cache --bench requests      # the table; without the feature, without its rows
//! cargo bench -p authgate --bench requests -- --list            # what can be counted
//! valgrind --tool=callgrind <the binary> --count authgate/allowed/HS256 10000
//! ```
//!
//! Nanoseconds move with the machine: the ratio to the raw router in the same run is the number to quote. Instructions
//! per request are the difference of two `--count` runs, of N and 2N requests.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program of one's own: it prints, and stops where it cannot go on"
)]

mod apps;
mod measure;
mod tokens;

use std::process::ExitCode;

use apps::App;
use measure::Measured;
use tokens::Case;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    let runtime = measure::runtime();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => table(&runtime),
        ["--list"] => names().for_each(|name| println!("{name}")),
        ["--count", name, count] => {
            let (Some((app, case)), Ok(count)) = (find(name), count.parse()) else {
                eprintln!("--count takes a name of --list and a number of requests");
                return ExitCode::FAILURE;
            };
            let router = app.router(&case);
            runtime.block_on(measure::ask(&router, &case, count));
        }
        _ => {
            eprintln!("arguments: none, --list, or --count NAME REQUESTS");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn names() -> impl Iterator<Item = String> {
    App::ALL.iter().flat_map(|app| Case::names().map(move |case| format!("{app}/{case}")))
}

fn find(name: &str) -> Option<(App, Case)> {
    let (app, case) = name.split_once('/')?;
    let app = App::ALL.iter().copied().find(|known| known.to_string() == app)?;
    Some((app, Case::named(case)?))
}

fn table(runtime: &tokio::runtime::Runtime) {
    println!("{:<22} {:>10} {:>10} {:>7} {:>7} {:>7}", "case", "app", "ns", "x raw", "allocs", "x hand");
    for case in Case::all() {
        let routers: Vec<_> = App::ALL.iter().map(|app| app.router(&case)).collect();
        let measured = measure::side_by_side(runtime, &routers, &case);
        let [raw, by_hand, ..] = measured.as_slice() else { continue };
        for (app, Measured { nanoseconds, allocations }) in App::ALL.iter().zip(&measured) {
            println!(
                "{:<22} {app:>10} {nanoseconds:>10.0} {:>7.2} {allocations:>7} {:>7.2}",
                case.name,
                nanoseconds / raw.nanoseconds,
                nanoseconds / by_hand.nanoseconds,
            );
        }
    }
}
