//! `cargo authgate lint FILE.json`.

use std::ffi::OsString;
use std::fmt::Write as _;

use authgate_access::lint::{Finding, Options, lint, to_markdown};
use authgate_access::lock::Lock;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};

use crate::{Failure, Outcome, table};

pub(crate) const NAME: &str = "lint";

const AFTER: &str = "\
What is odd is accepted by a comment at the route's line of the lock, or at the role's: # allow(public-body): signing in

Exit codes: 0 where nothing is odd that is not accepted; 1 where something is; 3 where something cannot be read.";

pub(crate) fn command() -> Command {
    let file = |name: &'static str, value: &'static str| {
        Arg::new(name).value_name(value).value_parser(value_parser!(OsString))
    };
    Command::new(NAME)
        .about("Tell what is odd in a table")
        .after_help(AFTER)
        .arg(
            file("document", "FILE")
                .required(true)
                .help("The table as JSON, as `Document::to_json` writes it"),
        )
        .arg(
            file("lock", "LOCK").long("lock").help("The committed lock, whose comments accept what is meant"),
        )
        .arg(
            file("metadata", "JSON")
                .long("metadata")
                .help("The protected resource metadata (RFC 9728), whose scopes clients are told of"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(["text", "markdown"]))
                .help("How to tell it"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let argument = |name: &str| matches.get_one::<OsString>(name);
    let document = table::whole(argument("document").map_or_else(Default::default, OsString::as_os_str))?;
    let mut options = Options::new();
    if let Some(lock) = argument("lock") {
        let (name, text) = table::text(lock)?;
        options = options.lock(&Lock::parse(&text).map_err(|error| format!("{name}: {error}"))?);
    }
    if let Some(metadata) = argument("metadata") {
        let (name, text) = table::text(metadata)?;
        options = options.metadata(&text).map_err(|error| format!("{name}: {error}"))?;
    }
    let findings = lint(&document, &options).map_err(|error| error.to_string())?;
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("markdown") => to_markdown(&findings),
        _ => text(&findings),
    };
    let is_open = findings.iter().any(|finding| finding.accepted.is_none());
    Ok(Outcome { text, code: u8::from(is_open) })
}

/// What is open, a line each, and how much is accepted.
fn text(findings: &[Finding]) -> String {
    let mut text = String::new();
    let open: Vec<_> = findings.iter().filter(|finding| finding.accepted.is_none()).collect();
    for finding in &open {
        // Writing into a `String` cannot fail.
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
