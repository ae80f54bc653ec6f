//! Changes as text for a terminal.

use std::io::IsTerminal as _;

use authgate_access::changes::{Changes, Verdict};

/// Returns one line for each change. The line is coloured if standard output is a terminal, unless
/// `NO_COLOR` is set.
pub(crate) fn text(changes: &Changes) -> String {
    if changes.is_empty() {
        return format!("{}\n", changes.counts());
    }
    let has_colours = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
        && std::io::stdout().is_terminal();
    if !has_colours {
        return changes.to_string();
    }
    let rights = changes.rights_in_words().into_iter().map(|line| format!("{line}\n"));
    let routes = changes.routes().iter().map(|change| {
        let (colour, verdict) = (colour(change.verdict), change.verdict);
        format!("\u{1b}[{colour}m{verdict}\u{1b}[0m {}  {}\n", change.route(), change.in_words())
    });
    rights.chain(routes).collect()
}

const fn colour(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::NewlyPublic => "1;31",
        Verdict::Widened => "31",
        Verdict::Changed => "33",
        Verdict::New => "36",
        Verdict::Narrowed => "32",
        _ => "2",
    }
}
