//! A server under hostile load, over loopback and in process. The program measures the latency of
//! other callers, the memory, and what remains allocated afterwards.
//!
//! ```sh
//! ulimit -n 20000                    # two processes, 10,000 connections each
//! alias load='cargo bench -p authgate --features password --bench load --'
//! load                               # everything, about fifteen minutes
//! load slow --connections 1000       # one part, smaller
//! load mix --requests 1000000
//! load floods shapes --seconds 1
//! load logins                        # password logins, about ten minutes
//! ```
//!
//! Client and server share the machine, so the latency includes the client's own time. Compare it
//! only with the same callers in the same run. The program fails if a status is unexpected or if
//! memory grows. It never fails because of times.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program prints, and stops on an error"
)]

mod app;
mod callers;
mod connection;
mod floods;
mod logins;
mod mix;
mod options;
mod process;
mod server;
mod shapes;
mod slow;
mod tokens;

/// The JSON values whose allocations the tests count.
#[path = "../../../tests/hostile/cost/shapes.rs"]
mod json;

use std::process::ExitCode;

use options::{Options, Part};

fn main() -> ExitCode {
    let arguments = std::env::args().skip(1).filter(|argument| argument != "--bench");
    let options = match Options::read(arguments) {
        Ok(options) => options,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    if let Some(serves) = options.serves {
        server::serve(serves);
        return ExitCode::SUCCESS;
    }
    let mut faults = Vec::new();
    for part in &options.parts {
        match part {
            Part::Shapes => shapes::run(&mut faults),
            Part::Slow => slow::run(&options, &mut faults),
            Part::Floods => floods::run(&options, &mut faults),
            Part::Mix => mix::run(&options, &mut faults),
            Part::Logins => logins::run(&options, &mut faults),
        }
        println!();
    }
    for fault in &faults {
        eprintln!("{fault}");
    }
    if faults.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
