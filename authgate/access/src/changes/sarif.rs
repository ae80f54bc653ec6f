//! Changes as SARIF.

use super::text::waived_in_words;
use super::{Change, Changes, Verdict};
use crate::sarif::{Found, Rule, log};

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

const RULES: [Rule; 6] = [
    Rule {
        id: Verdict::NewlyPublic.id(),
        level: "error",
        short: "A route no longer requires authentication, or a new route does not",
        help: "Every client on the network can call the route. Check that the reason in the lock is true, that the response \
               contains nothing private, and that something else limits callers that write.",
    },
    Rule {
        id: Verdict::Widened.id(),
        level: "warning",
        short: "A route allows more callers than before",
        help: "The callers after the + are newly allowed, each by the fewest rights that suffice. Check that each of them \
               should be.",
    },
    Rule {
        id: Verdict::Changed.id(),
        level: "warning",
        short: "A route allows other callers than before, or the two rules cannot be compared",
        help: "Some callers are newly allowed and others no longer, two policies differ, or denials have another status. Read \
               both rules, and the code of their policies.",
    },
    Rule {
        id: Verdict::New.id(),
        level: "note",
        short: "A route is new",
        help: "The route did not exist before. Check that its rule fits those of its siblings.",
    },
    Rule {
        id: Verdict::Narrowed.id(),
        level: "note",
        short: "A route allows fewer callers than before",
        help: "The callers after the - are no longer allowed. Check that none of them needs the route.",
    },
    Rule {
        id: Verdict::Gone.id(),
        level: "note",
        short: "A route no longer exists",
        help: "Its callers get 404 or 405. Check that none of them needs the route.",
    },
];
