//! `cargo authgate diff OLD NEW`.

use std::ffi::OsString;

use authgate_access::changes::Changes;
use authgate_access::lock::Lock;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::exit::Codes;
use crate::input::{Input, Missing};
use crate::{Failure, Outcome, colour};

pub(crate) const NAME: &str = "diff";

const AFTER: &str = "\
OLD and NEW are each a file, or a git revision (main, HEAD~1), whose lock at the path of --lock is taken, or REV:PATH as git \
has it (HEAD:./access.lock), or - for standard input. A file goes before a revision of its name; refs/heads/NAME is always \
the branch.

Exit codes: 0 where all is the same or narrower, and for new and gone routes; 1 where a route is wider or changed; 2 where one \
is newly public or ungated, new ones included; 3 where something cannot be read. The highest counts; --exit says others.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Tell what the change of a lock means, and for whom")
        .after_help(AFTER)
        .arg(
            Arg::new("old")
                .value_name("OLD")
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("The lock as it was"),
        )
        .arg(
            Arg::new("new")
                .value_name("NEW")
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("The lock as it is"),
        )
        .arg(
            Arg::new("lock")
                .long("lock")
                .value_name("PATH")
                .default_value("access.lock")
                .value_parser(value_parser!(OsString))
                .help("Where the lock is at a revision, from the current folder"),
        )
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(["text", "markdown", "sarif"]))
                .help("How to tell it"),
        )
        .arg(
            Arg::new("exit")
                .long("exit")
                .value_name("VERDICT=CODE")
                .action(ArgAction::Append)
                .value_parser(crate::exit::parse)
                .help("The exit code for a verdict, such as new=1; may be given several times"),
        )
        .arg(Arg::new("missing-is-empty").long("missing-is-empty").action(ArgAction::SetTrue).help(
            "Take a lock that is not there at the revision OLD for an empty one, so that every route is new",
        ))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let argument = |name: &str| matches.get_one::<OsString>(name).cloned().unwrap_or_default();
    let (old, new, path) = (argument("old"), argument("new"), argument("lock"));
    if old == "-" && new == "-" {
        return Err("OLD and NEW are both standard input: let one be a file or a revision".to_owned());
    }
    let missing =
        if matches.get_flag("missing-is-empty") { Missing::IsEmpty } else { Missing::Fails { hint: true } };
    let old = Input::read(&old, &path, missing)?;
    let new = Input::read(&new, &path, Missing::Fails { hint: false })?;
    let changes = Changes::between(&lock(&old)?, &lock(&new)?);
    let text = match matches.get_one::<String>("format").map(String::as_str) {
        Some("markdown") => changes.to_markdown(),
        Some("sarif") => changes.to_sarif(&old.file, &new.file),
        _ => colour::text(&changes),
    };
    let codes = Codes::with(matches.get_many("exit").into_iter().flatten().copied());
    Ok(Outcome { text, code: codes.of(changes.verdicts()) })
}

fn lock(input: &Input) -> Result<Lock, Failure> {
    match &input.text {
        Some(text) => Lock::parse(text).map_err(|error| format!("{}: {error}", input.name)),
        None => Ok(Lock::default()),
    }
}
