//! Text for a terminal.

use std::fmt::Write as _;
use std::io::IsTerminal as _;

use authgate_access::changes::{Changes, Verdict};

/// The changes, a line each; with colours where standard output is a terminal and `NO_COLOR` is not set.
pub(crate) fn text(changes: &Changes) -> String {
    if changes.is_empty() {
        return format!("{}\n", changes.counts());
    }
    let is_wanted = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
        && std::env::var_os("TERM").is_none_or(|terminal| terminal != "dumb")
        && std::io::stdout().is_terminal();
    if !is_wanted {
        return changes.to_string();
    }
    let mut text = changes.rights_in_words().join("\n");
    if !text.is_empty() {
        text.push('\n');
    }
    for change in changes.routes() {
        let colour = colour(change.verdict);
        let _ = writeln!(
            text,
            "\u{1b}[{colour}m{}\u{1b}[0m {}  {}",
            change.verdict,
            change.route(),
            change.in_words()
        );
    }
    text
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
