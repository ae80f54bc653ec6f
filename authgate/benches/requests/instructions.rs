//! Counts instructions per request with callgrind. Two runs with N and 2N requests are compared, so
//! that the startup of the program cancels out.

use std::process::{Child, Command, Stdio};

use crate::tokens::Algorithm;

/// Returns the number of requests. An asymmetric signature costs so much that fewer requests
/// suffice.
const fn requests(algorithm: Algorithm) -> u64 {
    match algorithm {
        Algorithm::HS256 => 500,
        Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA => 100,
    }
}

/// Counts both runs in parallel, on one core each.
///
/// # Errors
///
/// Returns a message if valgrind fails.
pub(crate) fn per_request(name: &str, algorithm: Algorithm) -> Result<u64, String> {
    let requests = requests(algorithm);
    let (once, twice) = (start(name, requests)?, start(name, 2 * requests)?);
    let (once, twice) = (collected(once)?, collected(twice)?);
    Ok(twice.saturating_sub(once) / requests)
}

fn start(name: &str, requests: u64) -> Result<Child, String> {
    let program = std::env::current_exe().map_err(|error| error.to_string())?;
    Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args(["--count", name, &requests.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("valgrind does not start: {error}"))
}

fn collected(run: Child) -> Result<u64, String> {
    let output = run.wait_with_output().map_err(|error| error.to_string())?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok());
    collected.filter(|_| output.status.success()).ok_or_else(|| format!("valgrind says:\n{text}"))
}
