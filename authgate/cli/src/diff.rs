//! `cargo authgate diff OLD NEW`

use authgate_access::changes::Changes;
use clap::{ArgAction, ArgMatches, Command};

use crate::input::{Input, Missing};
use crate::table::Table;
use crate::{Failure, Outcome, colour, exit, flag, format, input, option, path, path_of, text_of};

pub(crate) const NAME: &str = "diff";

const AFTER: &str = "\
OLD and NEW are locks, or documents in JSON. Each is a file, a git revision (main, HEAD~1) with the file of --lock, a file at a \
revision in the syntax of git (HEAD:./access.lock), or - for standard input. A file takes precedence over a revision with the \
same name. refs/heads/NAME is always the branch.

Exit codes: 0 if no route allows more callers, apart from new routes that require authentication; 1 if a route is wider or \
changed; 2 if a route is newly public or ungated; 3 if an input cannot be read. The highest code applies. --exit sets others.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Shows what a change of the access rules means, and for which callers")
        .after_help(AFTER)
        .arg(input("old", "OLD", "The old lock or document"))
        .arg(input("new", "NEW", "The new lock or document"))
        .arg(
            path(
                "lock",
                "PATH",
                "The path of the lock or document at a revision, relative to the current directory",
            )
            .long("lock")
            .default_value("access.lock"),
        )
        .arg(format(["text", "markdown", "sarif"]))
        .arg(
            option("exit", "VERDICT=CODE", "Sets the exit code of a verdict, such as new=1. Can be repeated")
                .action(ArgAction::Append)
                .value_parser(exit::parse),
        )
        .arg(flag(
            "missing-is-empty",
            "Treats a file that is missing at the revision OLD as empty, so that every route is new",
        ))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let [old, new, path] = ["old", "new", "lock"].map(|name| path_of(matches, name));
    if old == "-" && new == "-" {
        return Err("OLD and NEW are both standard input: name a file or a revision".to_owned());
    }
    let missing =
        if matches.get_flag("missing-is-empty") { Missing::IsEmpty } else { Missing::Fails { hint: true } };
    let old = Table::parse(Input::read(old, path, missing)?)?;
    let new = Table::parse(Input::read(new, path, Missing::Fails { hint: false })?)?;
    let changes = Changes::between(&old.lock, &new.lock);
    let text = match text_of(matches, "format") {
        Some("markdown") => changes.to_markdown(),
        Some("sarif") => changes.to_sarif(&old.file, &new.file),
        _ => colour::text(&changes),
    };
    let codes: Vec<_> = matches.get_many("exit").into_iter().flatten().copied().collect();
    Ok(Outcome { text, code: exit::code(&codes, changes.verdicts()) })
}
