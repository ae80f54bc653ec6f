//! What git has of a file at a revision. Nothing that an argument says is taken for an option.

use std::ffi::OsStr;
use std::io::Read as _;
use std::process::{Command, Output, Stdio};

use crate::Failure;

/// What a `REV:PATH` is.
pub(crate) enum Found {
    /// A file's content, by its object's name.
    Blob(String),
    /// The revision has no such file.
    NoFile,
    /// There is no such revision.
    NoRevision,
}

/// Finds `spelt`, which is a path at the revision.
pub(crate) fn find(revision: &OsStr, spelt: &OsStr) -> Result<Found, Failure> {
    if let Some(name) = object(spelt)? {
        return Ok(Found::Blob(name));
    }
    // `:PATH` is of the index.
    if revision.is_empty() {
        return Ok(Found::NoFile);
    }
    let mut tree = revision.to_owned();
    tree.push("^{tree}");
    Ok(if object(&tree)?.is_some() { Found::NoFile } else { Found::NoRevision })
}

/// The name of an object, if there is one.
fn object(spelt: &OsStr) -> Result<Option<String>, Failure> {
    let mut command = git("rev-parse");
    let Output { status, stdout, stderr } =
        command.args(["--verify", "--quiet", "--end-of-options"]).arg(spelt).output().map_err(cannot_run)?;
    if status.success() {
        return Ok(Some(String::from_utf8_lossy(&stdout).trim().to_owned()));
    }
    let said = String::from_utf8_lossy(&stderr);
    // What is not there is told quietly, by the code alone.
    match said.lines().next() {
        Some(line) if line.contains("not a git repository") || line.contains("dubious ownership") => {
            Err(format!("git says: {line}"))
        }
        _ => Ok(None),
    }
}

/// What an object has in it, as far as that is not longer than so many bytes and one.
pub(crate) fn read(object: &str, longest: u64) -> Result<Vec<u8>, Failure> {
    let mut child = git("cat-file")
        .args(["blob", object])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(cannot_run)?;
    let mut bytes = Vec::new();
    let read = match child.stdout.take() {
        Some(stdout) => stdout.take(longest + 1).read_to_end(&mut bytes),
        None => Ok(0),
    };
    // The pipe is closed here, so that git ends, too.
    let status = child.wait();
    match (read, status) {
        (Ok(_), Ok(status)) if status.success() || bytes.len() as u64 > longest => Ok(bytes),
        (Err(error), _) | (_, Err(error)) => Err(format!("cannot read from git: {error}")),
        _ => Err(format!("git has no file in {object}: is the path that of a folder? name the lock's file")),
    }
}

fn git(subcommand: &str) -> Command {
    let mut command = Command::new("git");
    command.arg(subcommand).stdin(Stdio::null()).env("LC_ALL", "C").env("GIT_OPTIONAL_LOCKS", "0");
    command
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn cannot_run(error: std::io::Error) -> Failure {
    format!("`git` cannot be started, which knows revisions: {error}; install it, or name files")
}
