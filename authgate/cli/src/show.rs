//! `cargo authgate show FILE`.

use std::ffi::OsString;
use std::fmt::Write as _;

use authgate_access::caller::{Caller, Verdict};
use authgate_access::document::{Document, DocumentRoute};
use authgate_access::lock::Lock;
use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::{Failure, Outcome, table};

pub(crate) const NAME: &str = "show";

const AFTER: &str = "\
With --role, what somebody can call who was given that role and no other; and what else is asked of him, in the text.

Exit codes: 0; 3 where something cannot be read.";

pub(crate) fn command() -> Command {
    let option = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new(NAME)
        .about("Show who may call what")
        .after_help(AFTER)
        .arg(
            Arg::new("file")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(OsString))
                .help("A lock, or the table as JSON; or - for standard input"),
        )
        .arg(option("role", "ROLE").help("What a role can call"))
        .arg(option("method", "METHOD").help("The routes of a method"))
        .arg(option("path", "PREFIX").help("The routes whose path begins like this"))
        .arg(
            Arg::new("public")
                .long("public")
                .action(ArgAction::SetTrue)
                .help("The routes that ask nobody: public and ungated ones"),
        )
        .arg(
            option("format", "FORMAT")
                .default_value("text")
                .value_parser(PossibleValuesParser::new(["text", "markdown", "html", "json"]))
                .help("How to show them"),
        )
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let file = matches.get_one::<OsString>("file").cloned().unwrap_or_default();
    let mut document = table::any(&file)?;
    let lock = document.lock().map_err(|error| error.to_string())?;
    let option = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let caller = option("role").map(|role| caller(&lock, role)).transpose()?;
    let (method, path) = (option("method"), option("path"));
    let is_shown = |route: &DocumentRoute| {
        method.is_none_or(|method| route.method.eq_ignore_ascii_case(method))
            && path.is_none_or(|path| route.path.starts_with(path))
            && (!matches.get_flag("public") || matches!(route.state.as_str(), "public" | "ungated"))
    };
    // The lock's routes are in the document's order.
    let mut verdicts = Vec::new();
    let mut lines = lock.routes().iter();
    document.routes.retain(|route| {
        let verdict = lines.next().zip(caller.as_ref()).map(|(line, caller)| caller.may(line.access()));
        let is_shown = is_shown(route) && verdict != Some(Verdict::MayNot);
        if is_shown {
            verdicts.push(verdict);
        }
        is_shown
    });
    let text = match option("format") {
        Some("markdown") => document.to_markdown(),
        Some("html") => document.to_html(),
        Some("json") => document.to_json(),
        _ => text(&document, &verdicts),
    };
    Ok(Outcome { text, code: 0 })
}

fn caller<'a>(lock: &'a Lock, role: &str) -> Result<Caller<'a>, Failure> {
    Caller::of_role(lock, role).ok_or_else(|| {
        let roles = lock.rights().iter().filter(|right| right.kind() == "role");
        let known: Vec<_> = roles.map(|role| format!("`{}`", role.name())).collect();
        match known.as_slice() {
            [] => format!("no role is called `{role}`: the table has none"),
            known => format!("no role is called `{role}`: the roles are {}", known.join(", ")),
        }
    })
}

/// A line a route, and below it what else is asked.
fn text(document: &Document, verdicts: &[Option<Verdict>]) -> String {
    let width = document.routes.iter().map(|route| route.path.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    // Writing into a `String` cannot fail.
    for (route, verdict) in document.routes.iter().zip(verdicts) {
        _ = writeln!(text, "{:<7} {:<width$} {}", route.method, route.path, route.access);
        if let Some(Verdict::If(words)) = verdict {
            _ = writeln!(text, "        may, if {words}");
        }
    }
    let count = document.routes.len();
    _ = writeln!(text, "{count} {}", if count == 1 { "route" } else { "routes" });
    text
}
