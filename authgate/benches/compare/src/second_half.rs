//! Runs the same program with the libraries that need axum's default features.

use std::process::ExitCode;

#[cfg(feature = "axum-defaults")]
pub(crate) const TITLE: &str = "With axum's default features, which axum-jwt-auth and axum-gate bring:\n";
#[cfg(not(feature = "axum-defaults"))]
pub(crate) const TITLE: &str = "axum without its default features:\n";

#[cfg(feature = "axum-defaults")]
pub(crate) const NOTES: &str = "
axum-jwt-auth     401 without a challenge; the role is asked for by hand.
axum-gate         A wrong role is 401: it knows no 403. Tokens carry an account in its own form, and are longer.
";
#[cfg(not(feature = "axum-defaults"))]
pub(crate) const NOTES: &str = "
floor             What no guard that does this job is below: one extractor that can do nothing else, with authgate's answers written
                  down.
by-hand-*         An extractor as people write it over jsonwebtoken 9 (ring) and 12 (aws-lc), with challenge and body.
aliri             aliri_tower and aliri_axum: roles are scopes; ES256 wants OpenSSL, EdDSA is not known. 403 has no challenge.
tower-oauth2      tower-oauth2-resource-server: tokens have a `kid`; the role is asked for by hand; a bad token's 401 has no
                  challenge.
";

/// Does nothing in the second half.
#[cfg(feature = "axum-defaults")]
pub(crate) fn run(_: &[String]) -> ExitCode {
    ExitCode::SUCCESS
}

/// Starts another build, because a binary contains axum with one set of features.
#[cfg(not(feature = "axum-defaults"))]
pub(crate) fn run(arguments: &[String]) -> ExitCode {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let ran = std::process::Command::new(cargo)
        .args(["run", "--release", "--locked", "--features", "axum-defaults"])
        .args(["--manifest-path", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"), "--"])
        .args(arguments)
        .status();
    match ran {
        Ok(status) if status.success() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("the second half needs cargo: {error}");
            ExitCode::FAILURE
        }
    }
}
