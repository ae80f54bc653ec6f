//! `cargo authgate show FILE`

use std::fmt::Write as _;

use authgate_access::caller::{Caller, MayCall};
use authgate_access::document::{Document, DocumentRoute};
use authgate_access::lock::Lock;
use clap::{ArgMatches, Command};

use crate::table::Table;
use crate::{Failure, Outcome, counted, flag, format, input, option, path_of, printable, text_of};

pub(crate) const NAME: &str = "show";

const AFTER: &str = "\
With --role, shows the routes that a caller with that role and no other can call. The text lists what else a route requires.

Exit codes: 0; 3 if an input cannot be read.";

pub(crate) fn command() -> Command {
    Command::new(NAME)
        .about("Shows the rule of each route")
        .after_help(AFTER)
        .arg(input("file", "FILE", "A lock, a document in JSON, or - for standard input"))
        .arg(option("role", "ROLE", "Shows only routes that a role can call"))
        .arg(option("method", "METHOD", "Shows only routes for a method"))
        .arg(option("path", "PREFIX", "Shows only routes whose path starts with a prefix"))
        .arg(flag("public", "Shows only routes without authentication: public and ungated ones"))
        .arg(format(["text", "markdown", "json"]))
}

pub(crate) fn run(matches: &ArgMatches) -> Result<Outcome, Failure> {
    let table = Table::read(path_of(matches, "file"))?;
    let lock = table.lock.clone();
    let mut document = table.into_document();
    let caller = text_of(matches, "role").map(|role| caller(&lock, role)).transpose()?;
    let (method, path) = (text_of(matches, "method"), text_of(matches, "path"));
    let is_shown = |route: &DocumentRoute| {
        method.is_none_or(|method| route.method.eq_ignore_ascii_case(method))
            && path.is_none_or(|path| route.path.starts_with(path))
            && (!matches.get_flag("public") || matches!(route.state.as_str(), "public" | "ungated"))
    };
    // The routes of the lock are in the order of the document.
    let mut verdicts = Vec::new();
    let mut lines = lock.routes().iter();
    document.routes.retain(|route| {
        let verdict = lines.next().zip(caller.as_ref()).map(|(line, caller)| caller.may(line.access()));
        let is_shown = is_shown(route) && verdict != Some(MayCall::No);
        if is_shown {
            verdicts.push(verdict);
        }
        is_shown
    });
    let text = match text_of(matches, "format") {
        Some("markdown") => document.to_markdown(),
        Some("json") => document.to_json(),
        _ => printable(&text(&document, &verdicts)),
    };
    Ok(Outcome { text, code: 0 })
}

fn caller<'a>(lock: &'a Lock, role: &str) -> Result<Caller<'a>, Failure> {
    Caller::of_role(lock, role).ok_or_else(|| {
        let roles = lock.rights().iter().filter(|right| right.kind() == "role");
        let known: Vec<_> = roles.map(|role| format!("`{}`", role.name())).collect();
        match known.as_slice() {
            [] => format!("unknown role `{role}`: the table has no roles"),
            known => format!("unknown role `{role}`: expected one of {}", known.join(", ")),
        }
    })
}

/// Returns one line for each route, and below it the further conditions for the caller.
fn text(document: &Document, verdicts: &[Option<MayCall>]) -> String {
    let width = document.routes.iter().map(|route| route.path.chars().count()).max().unwrap_or(0);
    let mut text = String::new();
    // Writing to a `String` cannot fail.
    for (route, verdict) in document.routes.iter().zip(verdicts) {
        _ = writeln!(text, "{:<7} {:<width$} {}", route.method, route.path, route.access);
        if let Some(MayCall::If(words)) = verdict {
            _ = writeln!(text, "        if {words}");
        }
    }
    _ = writeln!(text, "{}", counted(document.routes.len(), "route"));
    text
}
