//! Files at git revisions. No argument of the user is passed as an option of git.

use std::ffi::OsStr;
use std::io::Read as _;
use std::process::{Command, Output, Stdio};

use crate::Failure;

/// The result of looking up `REV:PATH`.
pub(crate) enum Found {
    /// The object id of the file.
    Blob(String),
    /// The revision does not have the file.
    NoFile,
    /// The revision does not exist.
    NoRevision,
}

/// Looks up `object`, which is `REV:PATH` with this revision.
pub(crate) fn find(revision: &OsStr, object: &OsStr) -> Result<Found, Failure> {
    if let Some(id) = object_id(object)? {
        return Ok(Found::Blob(id));
    }
    // `:PATH` is in the index.
    if revision.is_empty() {
        return Ok(Found::NoFile);
    }
    let mut tree = revision.to_owned();
    tree.push("^{tree}");
    Ok(if object_id(&tree)?.is_some() { Found::NoFile } else { Found::NoRevision })
}

/// Returns the id of an object, or `None` if it does not exist.
fn object_id(object: &OsStr) -> Result<Option<String>, Failure> {
    let mut command = git("rev-parse");
    let Output { status, stdout, stderr } =
        command.args(["--verify", "--quiet", "--end-of-options"]).arg(object).output().map_err(cannot_run)?;
    if status.success() {
        return Ok(Some(String::from_utf8_lossy(&stdout).trim().to_owned()));
    }
    let stderr = String::from_utf8_lossy(&stderr);
    // With `--quiet`, git reports a missing object by its exit code only.
    match stderr.lines().next() {
        Some(line) if line.contains("not a git repository") || line.contains("dubious ownership") => {
            Err(format!("git failed: {line}"))
        }
        _ => Ok(None),
    }
}

/// Returns the first `limit + 1` bytes of an object.
pub(crate) fn read(object: &str, limit: u64) -> Result<Vec<u8>, Failure> {
    let mut child = git("cat-file")
        .args(["blob", object])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot_run)?;
    let mut bytes = Vec::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(limit + 1).read_to_end(&mut bytes),
        None => Ok(0),
    };
    // The pipe is closed, so git exits.
    let status = child.wait();
    match (read, status) {
        (Ok(_), Ok(status)) if status.success() || bytes.len() as u64 > limit => Ok(bytes),
        (Err(error), _) | (_, Err(error)) => Err(format!("cannot read from git: {error}")),
        _ => Err(format!("the git object {object} is not a file: name the file, not its directory")),
    }
}

fn git(subcommand: &str) -> Command {
    let mut command = Command::new("git");
    command.arg(subcommand).stdin(Stdio::null()).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    command
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn cannot_run(error: std::io::Error) -> Failure {
    format!("cannot run `git`: {error}; install git, or name files instead of revisions")
}
