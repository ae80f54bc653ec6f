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

use std::ffi::{OsStr, OsString};
use std::io::{self, Write as _};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

/// The result of a subcommand.
struct Outcome {
    /// Written to standard output.
    text: String,
    /// The exit code.
    code: u8,
}

/// The text of an error. The exit code is 3.
type Failure = String;

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
    let outcome = match matches.subcommand() {
        Some((diff::NAME, matches)) => diff::run(matches),
        Some((show::NAME, matches)) => show::run(matches),
        Some((page::NAME, matches)) => page::run(matches),
        Some((lint::NAME, matches)) => lint::run(matches),
        _ => return ExitCode::from(UNREADABLE),
    };
    match outcome {
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
        .subcommands([diff::command(), show::command(), page::command(), lint::command()])
}

/// Returns a required argument with the name of an input.
fn input(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    path(name, value, help).required(true)
}

/// Returns an argument with the name of a file.
fn path(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).value_name(value).value_parser(value_parser!(OsString)).help(help)
}

/// Returns an option with a value.
fn option(name: &'static str, value: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

/// Returns an option without a value.
fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// Returns the option `--format`.
fn format(formats: [&'static str; 3]) -> Arg {
    let formats = PossibleValuesParser::new(formats);
    option("format", "FORMAT", "The output format").default_value("text").value_parser(formats)
}

/// Returns the value of an argument.
fn text_of<'a>(matches: &'a ArgMatches, name: &str) -> Option<&'a str> {
    matches.get_one::<String>(name).map(String::as_str)
}

/// Returns the value of an argument that names an input.
fn path_of<'a>(matches: &'a ArgMatches, name: &str) -> &'a OsStr {
    matches.get_one::<OsString>(name).map(OsString::as_os_str).unwrap_or_default()
}

/// `1 route`, `2 routes`
fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
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
    let is_plain = |c: char| !c.is_control() || c == '\n';
    text.chars().map(|c| if is_plain(c) { c.to_string() } else { c.escape_default().to_string() }).collect()
}
