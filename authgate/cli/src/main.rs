//! `cargo authgate`: what access locks say, and what a change of one means.
//!
//! A subcommand is one file: its arguments, and what it does with them.

mod colour;
mod diff;
mod exit;
mod git;
mod input;
mod lint;
mod show;
mod table;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{ArgMatches, Command};

/// What a subcommand has come to.
struct Outcome {
    /// For standard output.
    text: String,
    /// The code to exit with.
    code: u8,
}

/// What could not be read, and what to do: exit code 3.
type Failure = String;

/// A subcommand.
struct Subcommand {
    name: &'static str,
    command: fn() -> Command,
    run: fn(&ArgMatches) -> Result<Outcome, Failure>,
}

const SUBCOMMANDS: [Subcommand; 3] = [
    Subcommand { name: diff::NAME, command: diff::command, run: diff::run },
    Subcommand { name: show::NAME, command: show::command, run: show::run },
    Subcommand { name: lint::NAME, command: lint::command, run: lint::run },
];

/// The code where something could not be read, arguments included: theirs would be 2, which means another thing here.
const UNREADABLE: u8 = 3;

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    // As cargo starts it, its own name comes first.
    if arguments.get(1).is_some_and(|first| first == "authgate") {
        arguments.remove(1);
    }
    let matches = match command().try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) if error.use_stderr() => {
            drop(write!(io::stderr(), "{error}"));
            return ExitCode::from(UNREADABLE);
        }
        Err(help) => return finished(&Outcome { text: help.to_string(), code: 0 }),
    };
    let Some((name, matches)) = matches.subcommand() else { return ExitCode::from(UNREADABLE) };
    let Some(subcommand) = SUBCOMMANDS.iter().find(|subcommand| subcommand.name == name) else {
        return ExitCode::from(UNREADABLE);
    };
    match (subcommand.run)(matches) {
        Ok(outcome) => finished(&outcome),
        Err(failure) => failed(&failure),
    }
}

fn command() -> Command {
    Command::new("cargo authgate")
        .bin_name("cargo authgate")
        .version(env!("CARGO_PKG_VERSION"))
        .about("What access locks say, and what a change of one means")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(SUBCOMMANDS.iter().map(|subcommand| (subcommand.command)()))
}

fn finished(outcome: &Outcome) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(outcome.text.as_bytes()).and_then(|()| out.flush()) {
        // Who reads has read enough; the code says what was found all the same.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&format!("cannot write: {error}")),
        _ => ExitCode::from(outcome.code),
    }
}

fn failed(failure: &str) -> ExitCode {
    // Where this cannot be written either, the code says it.
    drop(writeln!(io::stderr(), "error: {}", failure.trim_end()));
    ExitCode::from(UNREADABLE)
}
