//! `cargo authgate lint FILE`

use std::ffi::OsString;
use std::fmt::Write as _;

use authgate_access::lint::{Finding, Options, lint, to_markdown, to_sarif};
use clap::{ArgMatches, Command};

use crate::table::{self, Table};
use crate::{Failure, Outcome, counted, format, input, path, path_of, text_of};

pub(crate) const NAME: &str = "lint";

const AFTER: &str = "\
A lock does not name handlers, so the lints two-rules and public-body need a document. A comment at the line of a route or role \
in the lock accepts a finding: # allow(public-body): the login form

Exit codes: 0 if every finding is accepted; 1 if one is not; 3 if an input cannot be read.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Finds rules that are likely mistakes")
        .after_help(AFTER)
        .arg(input(
            "file",
            "FILE",
            "A lock, a document in JSON (`Document::to_json`), or - for standard input",
        ))
        .arg(
            path(
                "lock",
                "LOCK",
                "The lock whose comments accept findings in a document. A lock as FILE has its own",
            )
            .long("lock"),
        )
        .arg(
            path(
                "metadata",
                "JSON",
                "The protected resource metadata (RFC 9728), whose scopes are compared with those of the rules",
            )
            .long("metadata"),
        )
        .arg(format(["text", "markdown", "sarif"]))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let argument = |name: &str| matches.get_one::<OsString>(name);
    let table = Table::read(path_of(matches, "file"))?;
    let mut file = table.file.clone();
    let mut options = Options::new();
    if table.is_lock() {
        options = options.lock(&table.lock);
        if argument("lock").is_some() {
            return Err(format!("{} is a lock, whose own comments accept findings: omit --lock", table.name));
        }
    }
    if let Some(lock) = argument("lock") {
        let lock = Table::read(lock)?;
        if !lock.is_lock() {
            return Err(format!("{}: expected a lock after --lock, found a document", lock.name));
        }
        options = options.lock(&lock.lock);
        file = lock.file;
    }
    if let Some(metadata) = argument("metadata") {
        let (name, text) = table::text(metadata)?;
        options = options.metadata(&text).map_err(|error| format!("{name}: {error}"))?;
    }
    let findings = lint(&table.into_document(), &options).map_err(|error| error.to_string())?;
    let text = match text_of(matches, "format") {
        Some("markdown") => to_markdown(&findings),
        Some("sarif") => to_sarif(&findings, &file),
        _ => text(&findings),
    };
    let is_open = findings.iter().any(|finding| finding.accepted.is_none());
    Ok(Outcome { text, code: u8::from(is_open) })
}

/// Returns one line for each finding that is not accepted, and the number of accepted ones.
fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let open: Vec<_> = findings.iter().filter(|finding| finding.accepted.is_none()).collect();
    // Writing to a `String` cannot fail.
    for finding in &open {
        _ = writeln!(text, "{finding}");
    }
    _ = writeln!(text, "{}, {} accepted", counted(open.len(), "finding"), findings.len() - open.len());
    text
}
