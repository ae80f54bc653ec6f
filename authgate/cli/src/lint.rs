//! `cargo authgate lint FILE`

use std::ffi::OsString;
use std::fmt::Write as _;

use authgate_access::lint::{Finding, Options, lint, to_markdown, to_sarif};
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::table::{self, Table};
use crate::{Failure, Outcome};

pub(crate) const NAME: &str = "lint";

const AFTER: &str = "\
A lock does not name handlers, so the lints two-rules and public-body need a document. A comment at the line of a route or role \
in the lock accepts a finding: # allow(public-body): the login form

Exit codes: 0 if every finding is accepted; 1 if one is not; 3 if an input cannot be read.";

pub(crate) fn command() -> Command {
    let file = |name: &'static str, value: &'static str| {
        Arg::new(name).value_name(value).value_parser(value_parser!(OsString))
    };
    Command::new(NAME)
        .about("Finds rules that are likely mistakes")
        .after_help(AFTER)
        .arg(
            file("file", "FILE")
                .required(true)
                .help("A lock, a document in JSON (`Document::to_json`), or - for standard input"),
        )
        .arg(
            file("lock", "LOCK")
                .long("lock")
                .help("The lock whose comments accept findings in a document. A lock as FILE has its own"),
        )
        .arg(file("metadata", "JSON").long("metadata").help(
            "The protected resource metadata (RFC 9728), whose scopes are compared with those of the rules",
        ))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(["text", "markdown", "sarif"]))
                .help("The output format"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let argument = |name: &str| matches.get_one::<OsString>(name);
    let table = Table::read(&argument("file").cloned().unwrap_or_default())?;
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
    let text = match matches.get_one::<String>("format").map(String::as_str) {
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
    _ = writeln!(
        text,
        "{} {}, {} accepted",
        open.len(),
        if open.len() == 1 { "finding" } else { "findings" },
        findings.len() - open.len()
    );
    text
}
