//! Complete requests in process, `Router -> oneshot -> handler with a two-byte body`, compared with
//! the same router without authentication. `benches/compare` uses the same code to compare
//! libraries.
//!
//! ```sh
//! # The table.
//! cargo bench -p authgate --features cache,oauth --bench requests
//! # With instructions per request, counted by valgrind.
//! cargo bench -p authgate --features cache,oauth --bench requests -- --instructions
//! # The names that can be counted.
//! cargo bench -p authgate --features cache,oauth --bench requests -- --list
//! valgrind --tool=callgrind <the binary> --count authgate/allowed/HS256 10000
//! ```
//!
//! Nanoseconds depend on the machine, so quote the ratio to the raw router in the same run.
//! Instructions do not: `.ci/instructions` compares them with `instructions.tsv`.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::print_stdout,
    reason = "a program prints, and stops on an error"
)]

mod apps;
mod dear;
mod discovered;
mod instructions;
mod keys;
mod measure;
mod program;
mod tokens;

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    program::run(
        &[
            apps::RAW,
            apps::AUTHGATE,
            apps::CACHED,
            dear::NAMES,
            dear::KEYS,
            dear::TWO_ISSUERS,
            dear::ISSUERS,
            discovered::DISCOVERED,
        ],
        &arguments,
    )
}
