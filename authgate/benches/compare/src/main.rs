//! authgate beside other ways to do the same: `Authorization: Bearer` with a JWT, its issuer, audience and expiry, one role;
//! 200, 401 and 403. Whole requests, in process, all in one binary and in turns.
//!
//! ```sh
//! cargo run --release --manifest-path authgate/benches/compare/Cargo.toml                       # the table
//! cargo run --release --manifest-path authgate/benches/compare/Cargo.toml -- --instructions     # by valgrind, too
//! ```
//!
//! The table has two halves, of two binaries. Some libraries cannot be had without axum's default features, which cost
//! every request of every application that is linked with them: those are in the second half alone. The ratio to `raw` of
//! the same half is the number to quote.
//!
//! Left out:
//! - `jwt-authorizer` 0.15 and `axum-oidc`: not on axum 0.8, or a login by browser.
//! - `axum-keycloak-auth` 0.8: takes its keys from Keycloak alone, over the network, and tokens of its form alone.
//! - `axum-jwks` 0.12: RSA alone, and does not look at the issuer.
//! - `axum-login` 0.18, `protect-axum` 0.2: sessions, and rules for callers whom somebody else has identified.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a program of one's own")]

#[path = "../../requests/apps.rs"]
mod apps;
#[path = "../../requests/instructions.rs"]
mod instructions;
#[path = "../../requests/keys.rs"]
mod keys;
#[path = "../../requests/measure.rs"]
mod measure;
#[path = "../../requests/program.rs"]
mod program;
#[path = "../../requests/tokens.rs"]
mod tokens;

mod aliri;
#[cfg(feature = "axum-defaults")]
mod axum_gate;
#[cfg(feature = "axum-defaults")]
mod axum_jwt_auth;
mod by_hand;
mod floor;
mod jwk;
mod second_half;
mod tower_oauth2;

use std::process::ExitCode;

use apps::{AUTHGATE, App, CACHED, RAW};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let apps: &[App] = &[
        RAW,
        floor::APP,
        AUTHGATE,
        CACHED,
        by_hand::NINE,
        by_hand::ELEVEN,
        aliri::APP,
        tower_oauth2::APP,
        #[cfg(feature = "axum-defaults")]
        axum_jwt_auth::APP,
        #[cfg(feature = "axum-defaults")]
        axum_gate::APP,
    ];
    let is_table = matches!(arguments.as_slice(), [] | [_]) && !arguments.iter().any(|one| one == "--list");
    if is_table {
        if let Err(difference) = floor::check() {
            eprintln!("{difference}");
            return ExitCode::FAILURE;
        }
        println!("{}", second_half::TITLE);
    }
    let done = program::run(apps, &arguments);
    if is_table {
        println!("{}", second_half::NOTES);
    }
    if is_table && done == ExitCode::SUCCESS { second_half::run(&arguments) } else { done }
}
