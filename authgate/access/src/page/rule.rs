//! Writes an access with marked rights.

use std::fmt::Write as _;

use super::escape::Escaped;
use crate::lock::Access;
use crate::{Rule, Value, age, keywords};

pub(super) fn access(out: &mut String, whole: &Access) {
    match whole {
        Access::Public { reason } => open(out, "public", reason),
        Access::Ungated { reason } => open(out, "ungated", reason),
        Access::Authenticated { .. } => out.push_str("<span class=\"state\">authenticated</span>"),
        Access::Authorized { rule: whole, .. } => {
            out.push_str("<span class=\"rule\">");
            rule(out, whole, false);
            out.push_str("</span>");
        }
        Access::Either { alternatives } => {
            for (at, alternative) in alternatives.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { " <b>or</b> " });
                access(out, alternative);
            }
        }
    }
    if let Some(principal) = whole.principal() {
        _ = write!(out, " <span class=\"as\">as <code>{}</code></span>", Escaped(principal));
    }
}

fn open(out: &mut String, state: &str, reason: &str) {
    _ = write!(out, "<span class=\"state\">{state}</span> <q class=\"reason\">{}</q>", Escaped(reason));
}

fn rule(out: &mut String, whole: &Rule, as_part: bool) {
    let between = match whole {
        Rule::All(_) => "and",
        Rule::Any(_) => "or",
        Rule::Not(part) => {
            out.push_str("<b>not</b> ");
            return rule(out, part, true);
        }
        leaf => return token(out, leaf),
    };
    if as_part {
        out.push('(');
    }
    for (at, part) in whole.parts().iter().enumerate() {
        if at > 0 {
            _ = write!(out, " <b>{between}</b> ");
        }
        rule(out, part, true);
    }
    if as_part {
        out.push(')');
    }
}

fn token(out: &mut String, leaf: &Rule) {
    let text = match leaf {
        Rule::Builtin(builtin, Value::Seconds(seconds)) => {
            format!("{}:{}", builtin.row().keyword, age(*seconds))
        }
        leaf => leaf.to_string(),
    };
    // The text of a waiver contains the waived rule.
    if let Rule::Waived { .. } = leaf {
        _ = write!(out, "<code class=\"token waived\">{}</code>", Escaped(&text));
        return;
    }
    let (kind, name) = text.split_once(':').unwrap_or(("", &text));
    let class = if kind == keywords::POLICY || keywords::is_of_rule(kind) { kind } else { "own" };
    let (kind, name) = (Escaped(kind), Escaped(name));
    _ = write!(out, "<code class=\"token {class}\"><i>{kind}:</i>{name}</code>");
}
