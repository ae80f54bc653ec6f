//! Changes as Markdown, for a comment in a review.

use std::fmt::Write as _;

use super::text::spelt;
use super::{Change, Changes, Verdict};
use crate::lock::Access;
use crate::markdown::code;

impl Changes {
    /// Returns the changes as Markdown: their number by verdict, the changed rights, and a table of
    /// the routes, the worst first.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut text = String::from("### Access: ");
        text.push_str(&self.counts());
        text.push('\n');
        let rights = self.rights_in_words();
        if !rights.is_empty() {
            text.push('\n');
            for line in rights {
                let _ = writeln!(text, "- {}", code(&line));
            }
        }
        if !self.routes().is_empty() {
            text.push_str("\n| | Route | Before | Now | Callers |\n|---|---|---|---|---|\n");
            for change in self.routes() {
                row(&mut text, change);
            }
        }
        text
    }

    /// Returns the number of changes by verdict: `1 widened, 2 new`, or `no changes`.
    #[must_use]
    pub fn counts(&self) -> String {
        let counts: Vec<_> = Verdict::ALL
            .into_iter()
            .map(|verdict| (verdict, self.verdicts().filter(|other| *other == verdict).count()))
            .filter(|(_, count)| *count > 0)
            .map(|(verdict, count)| format!("{count} {}", verdict.to_string().to_lowercase()))
            .collect();
        match counts.as_slice() {
            [] if self.is_empty() => "no changes".to_owned(),
            [] => "no changes of routes".to_owned(),
            counts => counts.join(", "),
        }
    }
}

fn row(text: &mut String, change: &Change) {
    let side = |access: Option<&Access>, by: Option<&(String, String)>| match (access, by) {
        (Some(access), Some((method, path))) => {
            format!("{} by {}", code(&access.to_string()), code(&spelt(method, path)))
        }
        (Some(access), None) => code(&access.to_string()),
        (None, _) => String::new(),
    };
    let verdict = match change.verdict {
        verdict if verdict >= Verdict::Changed => format!("**{verdict}**"),
        verdict => verdict.to_string(),
    };
    let callers = change.callers_in_words();
    let _ = writeln!(
        text,
        "| {verdict} | {} | {} | {} | {} |",
        code(&change.route()),
        side(change.old.as_ref(), change.old_by.as_ref()),
        side(change.new.as_ref(), change.new_by.as_ref()),
        if callers.is_empty() { callers } else { code(&callers) },
    );
}
