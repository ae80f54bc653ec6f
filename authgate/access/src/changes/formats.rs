//! Changes as text, as Markdown for a comment in a review, and as SARIF.

use std::fmt::{self, Write as _};

use super::{Change, Changes, Verdict};
use crate::Rule;
use crate::lock::{Access, RightLine};
use crate::markdown::code;
use crate::rule::words::Path;
use crate::sarif::{self, Found, log};

/// Formats one line for each change, the rights first.
impl fmt::Display for Changes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.rights_in_words().iter().try_for_each(|line| writeln!(f, "{line}"))?;
        self.routes().iter().try_for_each(|change| writeln!(f, "{change}"))
    }
}

impl Changes {
    /// Returns one line for each changed right, and for each requirement that is no longer waived.
    #[must_use]
    pub fn rights_in_words(&self) -> Vec<String> {
        let none = |line: Option<&RightLine>| line.map_or("(none)".to_owned(), ToString::to_string);
        let rights = self.rights().map(|(old, new)| format!("{} -> {}", none(old), none(new)));
        let waived = self.no_longer_waived().iter().map(waived_in_words);
        rights.chain(waived).collect()
    }
}

/// Formats the change as `WIDENED DELETE /reports/{id}  role:admin -> role:editor (+editor)`.
impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}  {}", self.verdict, self.route(), self.in_words())
    }
}

impl Change {
    /// Returns the method and the path as in the lock.
    #[must_use]
    pub fn route(&self) -> String {
        spelt(&self.method, &self.path)
    }

    /// Returns the old and new access: `role:admin -> role:editor (+editor)`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let side = |access: &Access, by: Option<&(String, String)>| match by {
            Some((method, path)) => format!("{access} (by {})", spelt(method, path)),
            None => access.to_string(),
        };
        let old = self.old.as_ref().map(|access| side(access, self.old_by.as_ref()));
        let new = self.new.as_ref().map(|access| side(access, self.new_by.as_ref()));
        let mut text = match (old, new) {
            (Some(old), Some(new)) if old == new => new,
            (Some(old), Some(new)) => format!("{old} -> {new}"),
            (old, new) => old.or(new).unwrap_or_default(),
        };
        let callers = self.callers_in_words();
        if !callers.is_empty() {
            text.push_str(&format!(" ({callers})"));
        }
        text
    }

    /// Returns the affected callers: `+editor, -admin & scope:s`.
    #[must_use]
    pub fn callers_in_words(&self) -> String {
        if !self.is_decided {
            return "the rules name too many rights to be compared".to_owned();
        }
        let signed = |sign: &'static str, callers: &'_ [String]| {
            let callers = callers.iter().map(|caller| match caller.strip_prefix("and ") {
                Some(_) => caller.clone(),
                None => format!("{sign}{caller}"),
            });
            callers.collect::<Vec<_>>()
        };
        let mut all = signed("+", &self.newly);
        all.extend(signed("-", &self.no_longer));
        all.join(", ")
    }
}

/// Formats a route as in the lock.
fn spelt(method: &str, path: &str) -> String {
    format!("{method} {}", Path(path))
}

/// Returns the line of a requirement that is no longer waived.
fn waived_in_words(rule: &Rule) -> String {
    format!(
        "CHANGED  requirement of the gate: no route waives {rule} any longer, so the lock does not show whether the gate \
         still requires it"
    )
}

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

impl Changes {
    /// Returns the changes as a SARIF 2.1.0 log, with a result for each change except
    /// [`Verdict::Same`]. A result is at the line of the new lock, or of the old one if the route
    /// is gone.
    ///
    /// The files are named as in the repository: `access.lock`.
    #[must_use]
    pub fn to_sarif(&self, old_file: &str, new_file: &str) -> String {
        let routes = self.routes().iter().filter(|change| change.verdict != Verdict::Same);
        let routes = routes.map(|change| found(change, old_file, new_file));
        let waived = self.no_longer_waived().iter().map(|rule| Found {
            id: Verdict::Changed.id(),
            text: waived_in_words(rule),
            subject: rule.to_string(),
            file: new_file,
            line: Some(1),
            accepted: None,
        });
        log(&RULES, routes.chain(waived))
    }
}

fn found<'a>(change: &Change, old_file: &'a str, new_file: &'a str) -> Found<'a> {
    let (file, line) =
        if change.new.is_some() { (new_file, change.new_line) } else { (old_file, change.old_line) };
    let (text, subject) = (change.to_string(), change.route());
    Found { id: change.verdict.id(), text, subject, file, line, accepted: None }
}

const RULES: [sarif::Rule; 6] = [
    sarif::Rule {
        id: Verdict::NewlyPublic.id(),
        level: "error",
        short: "A route no longer requires authentication, or a new route does not",
        help: "Every client on the network can call the route. Check that the reason in the lock is true, that the response \
               contains nothing private, and that something else limits callers that write.",
    },
    sarif::Rule {
        id: Verdict::Widened.id(),
        level: "warning",
        short: "A route allows more callers than before",
        help: "The callers after the + are newly allowed, each by the fewest rights that suffice. Check that each of them \
               should be.",
    },
    sarif::Rule {
        id: Verdict::Changed.id(),
        level: "warning",
        short: "A route allows other callers than before, or the two rules cannot be compared",
        help: "Some callers are newly allowed and others no longer, two policies differ, or denials have another status. Read \
               both rules, and the code of their policies.",
    },
    sarif::Rule {
        id: Verdict::New.id(),
        level: "note",
        short: "A route is new",
        help: "The route did not exist before. Check that its rule fits those of its siblings.",
    },
    sarif::Rule {
        id: Verdict::Narrowed.id(),
        level: "note",
        short: "A route allows fewer callers than before",
        help: "The callers after the - are no longer allowed. Check that none of them needs the route.",
    },
    sarif::Rule {
        id: Verdict::Gone.id(),
        level: "note",
        short: "A route no longer exists",
        help: "Its callers get 404 or 405. Check that none of them needs the route.",
    },
];
