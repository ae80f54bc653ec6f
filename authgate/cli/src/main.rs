//! `cargo authgate`: compares, shows and lints access locks and documents.
//!
//! Each subcommand is a file with its arguments and its function.

mod colour;
mod diff;
mod exit;
mod git;
mod input;
mod lint;
mod page;
mod show;
mod table;

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::{ArgMatches, Command};

/// The result of a subcommand.
struct Outcome {
    /// Written to standard output.
    text: String,
    /// The exit code.
    code: u8,
}

/// The text of an error. The exit code is 3.
type Failure = String;

/// A subcommand.
struct Subcommand {
    name: &'static str,
    command: fn() -> Command,
    run: fn(&ArgMatches) -> Result<Outcome, Failure>,
}

const SUBCOMMANDS: [Subcommand; 4] = [
    Subcommand { name: diff::NAME, command: diff::command, run: diff::run },
    Subcommand { name: show::NAME, command: show::command, run: show::run },
    Subcommand { name: page::NAME, command: page::command, run: page::run },
    Subcommand { name: lint::NAME, command: lint::command, run: lint::run },
];

/// The exit code for unreadable inputs and arguments. The default of clap, 2, is a verdict here.
const UNREADABLE: u8 = 3;

fn main() -> ExitCode {
    let mut arguments: Vec<OsString> = std::env::args_os().collect();
    // `cargo authgate` runs `cargo-authgate authgate`.
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
        .about("Compares, shows and lints the access rules of authgate")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands(SUBCOMMANDS.iter().map(|subcommand| (subcommand.command)()))
}

fn finished(outcome: &Outcome) -> ExitCode {
    let mut out = io::stdout().lock();
    match out.write_all(outcome.text.as_bytes()).and_then(|()| out.flush()) {
        // The exit code is valid although the reader closed the pipe.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => failed(&format!("cannot write: {error}")),
        _ => ExitCode::from(outcome.code),
    }
}

fn failed(failure: &str) -> ExitCode {
    // If this fails as well, the exit code still reports it.
    drop(writeln!(io::stderr(), "error: {}", printable(failure.trim_end())));
    ExitCode::from(UNREADABLE)
}

/// Escapes control characters, because an input may come from anywhere: ESC -> `\u{1b}`.
fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' {
            printable.extend(c.escape_default());
        } else {
            printable.push(c);
        }
    }
    printable
}
