//! `cargo authgate diff OLD NEW`

use std::ffi::OsString;

use authgate_access::changes::Changes;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::exit::Codes;
use crate::input::{Input, Missing};
use crate::table::Table;
use crate::{Failure, Outcome, colour};

pub(crate) const NAME: &str = "diff";

const AFTER: &str = "\
OLD and NEW are locks, or documents in JSON. Each is a file, a git revision (main, HEAD~1) with the file of --lock, a file at a \
revision in the syntax of git (HEAD:./access.lock), or - for standard input. A file takes precedence over a revision with the \
same name. refs/heads/NAME is always the branch.

Exit codes: 0 if no route allows more callers, apart from new routes that require authentication; 1 if a route is wider or \
changed; 2 if a route is newly public or ungated; 3 if an input cannot be read. The highest code applies. --exit sets others.";

pub(crate) fn command() -> Command {
    let input = |name: &'static str, value: &'static str| {
        Arg::new(name).value_name(value).required(true).value_parser(value_parser!(OsString))
    };
    Command::new(NAME)
        .about("Shows what a change of the access rules means, and for which callers")
        .after_help(AFTER)
        .arg(input("old", "OLD").help("The old lock or document"))
        .arg(input("new", "NEW").help("The new lock or document"))
        .arg(
            Arg::new("lock")
                .long("lock")
                .value_name("PATH")
                .default_value("access.lock")
                .value_parser(value_parser!(OsString))
                .help("The path of the lock or document at a revision, relative to the current directory"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(["text", "markdown", "sarif"]))
                .help("The output format"),
        )
        .arg(
            Arg::new("exit")
                .long("exit")
                .value_name("VERDICT=CODE")
                .action(ArgAction::Append)
                .value_parser(crate::exit::parse)
                .help("Sets the exit code of a verdict, such as new=1. Can be repeated"),
        )
        .arg(
            Arg::new("missing-is-empty").long("missing-is-empty").action(ArgAction::SetTrue).help(
                "Treats a file that is missing at the revision OLD as empty, so that every route is new",
            ),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let argument = |name: &str| matches.get_one::<OsString>(name).cloned().unwrap_or_default();
    let (old, new, path) = (argument("old"), argument("new"), argument("lock"));
    if old == "-" && new == "-" {
        return Err("OLD and NEW are both standard input: name a file or a revision".to_owned());
    }
    let missing =
        if matches.get_flag("missing-is-empty") { Missing::IsEmpty } else { Missing::Fails { hint: true } };
    let old = Table::parse(Input::read(&old, &path, missing)?)?;
    let new = Table::parse(Input::read(&new, &path, Missing::Fails { hint: false })?)?;
    let changes = Changes::between(&old.lock, &new.lock);
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("markdown") => changes.to_markdown(),
        Some("sarif") => changes.to_sarif(&old.file, &new.file),
        _ => colour::text(&changes),
    };
    let codes = Codes::with(matches.get_many("exit").into_iter().flatten().copied());
    Ok(Outcome { text, code: codes.of(changes.verdicts()) })
}
