//! Whole requests, in process: `Router -> oneshot -> handler with a two-byte body`, beside the same router without
//! authentication. Beside other libraries: `benches/compare`, which shares all of this.
//!
//! ```sh
//! cargo bench -p authgate --features cache --bench requests                      # the table
//! cargo bench -p authgate --features cache --bench requests -- --instructions    # with instructions per request, by valgrind
//! cargo bench -p authgate --features cache --bench requests -- --list            # what can be counted
//! valgrind --tool=callgrind <the binary> --count authgate/allowed/HS256 10000
//! ```
//!
//! Nanoseconds move with the machine: the ratio to the raw router in the same run is the number to quote. Instructions do
//! not: `.ci/instructions` holds them to `instructions.tsv`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program of one's own: it prints, and stops where it cannot go on"
)]

mod apps;
mod dear;
mod instructions;
mod keys;
mod measure;
mod program;
mod tokens;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    program::run(
        &[apps::RAW, apps::AUTHGATE, apps::CACHED, dear::NAMES, dear::KEYS, dear::TWO_ISSUERS, dear::ISSUERS],
        &arguments,
    )
}
