//! Instructions per request, by callgrind. They are counted twice, for N and for 2N requests: the difference has no start of
//! the program in it.

use std::process::{Child, Command, Stdio};

use crate::tokens::Algorithm;

/// The cost of a signature of a key pair hides what a request more or less is off by.
const fn requests(algorithm: Algorithm) -> u64 {
    match algorithm {
        Algorithm::HS256 => 500,
        Algorithm::RS256 | Algorithm::ES256 | Algorithm::EdDSA => 100,
    }
}

/// Both at once: one core each.
///
/// # Errors
///
/// Says what stopped valgrind.
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
