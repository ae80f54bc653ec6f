//! Compares authgate with other libraries for the same job: `Authorization: Bearer` with a JWT, its
//! issuer, audience and expiry, and one role. The responses are 200, 401 and 403. All libraries run
//! in one binary and take turns, with complete requests in process.
//!
//! ```sh
//! # The table.
//! cargo run --release --manifest-path authgate/benches/compare/Cargo.toml
//! # With instructions counted by valgrind.
//! cargo run --release --manifest-path authgate/benches/compare/Cargo.toml -- --instructions
//! ```
//!
//! Two binaries print the two halves of the table. Some libraries need axum's default features,
//! which slow down every request of every application in the same binary. These libraries are only
//! in the second half. Quote the ratio to `raw` of the same half.
//!
//! Not included:
//! - `jwt-authorizer` 0.15 and `axum-oidc`: not for axum 0.8, or a login in the browser.
//! - `axum-keycloak-auth` 0.8: only accepts keys from Keycloak over the network, and only its
//!   tokens.
//! - `axum-jwks` 0.12: only RSA, and does not check the issuer.
//! - `axum-login` 0.18 and `protect-axum` 0.2: sessions, and rules for callers that other code has
//!   authenticated.

#![allow(clippy::print_stderr, clippy::print_stdout, reason = "a program")]

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
        by_hand::TWELVE,
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
