//! The findings that comments in the lock accept.

use std::collections::{BTreeMap, BTreeSet};

use super::{ACCEPTANCE, Finding, IDS, Linted, Odd, On};
use crate::lock::{RightLine, RouteLine};

/// A line of the lock.
struct Line<'a> {
    /// A finding about the line, without a message.
    about: Finding,
    accepted: Vec<Acceptance<'a>>,
}

/// A comment `allow(id): reason` at a line of the lock.
struct Acceptance<'a> {
    id: &'a str,
    reason: &'a str,
    is_used: bool,
}

/// Returns the findings with their acceptances, and the problems of the acceptances.
pub(super) fn findings(table: &Linted<'_>, odd: Vec<Odd>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    // No kind of right is a method, so the keys of rights and routes differ.
    let mut lines = BTreeMap::new();
    if let Some(lock) = &table.options.lock {
        for route in lock.routes() {
            let (method, path) = (Some(route.method().to_owned()), Some(route.path().to_owned()));
            let about = Finding { method, path, lock_line: route.line(), ..Finding::new(ACCEPTANCE) };
            lines.insert(route.key(), Line::read(about, route.comments(), &mut wrong));
        }
        for right in lock.rights() {
            let name = Some(format!("{} {}", right.kind(), right.name()));
            let about = Finding { right: name, lock_line: right.line(), ..Finding::new(ACCEPTANCE) };
            lines.insert(right.key(), Line::read(about, right.comments(), &mut wrong));
        }
    }
    let mut findings = Vec::new();
    for odd in odd {
        let key = match odd.on {
            On::Route(at) => table.lock.routes().get(at).map(RouteLine::key),
            On::Right(at) => table.lock.rights().get(at).map(RightLine::key),
        };
        let mut finding = Finding::of(odd, table);
        if let Some(line) = key.and_then(|key| lines.get_mut(&key)) {
            finding.lock_line = line.about.lock_line;
            if let Some(accepted) = line.accepted.iter_mut().find(|accepted| accepted.id == finding.id) {
                accepted.is_used = true;
                finding.accepted = Some(accepted.reason.to_owned());
            }
        }
        findings.push(finding);
    }
    let routes = table.document.routes.iter();
    let without_handler: BTreeSet<_> = routes
        .filter(|route| route.handler.is_empty())
        .map(|route| (Some(&route.method), Some(&route.path)))
        .collect();
    for Line { about, accepted } in lines.values() {
        let has_no_handler = without_handler.contains(&(about.method.as_ref(), about.path.as_ref()));
        for unused in accepted.iter().filter(|accepted| !accepted.is_used) {
            let is_linted = match unused.id {
                "unlisted-scope" => table.options.scopes.is_some(),
                // The document of a lock does not name the handlers.
                "two-rules" | "public-body" => !has_no_handler,
                _ => true,
            };
            if is_linted {
                let message = format!("`allow({})` accepts nothing: remove the comment", unused.id);
                wrong.push(Finding { message, ..about.clone() });
            }
        }
    }
    wrong.sort_by_key(|finding| finding.lock_line);
    findings.append(&mut wrong);
    findings
}

impl<'a> Line<'a> {
    /// Parses the acceptances in comments. Adds their problems to `wrong`.
    fn read(about: Finding, comments: &'a [String], wrong: &mut Vec<Finding>) -> Self {
        let mut accepted = Vec::new();
        let mut report = |message| wrong.push(Finding { message, ..about.clone() });
        for comment in comments {
            let Some(rest) = comment.trim().strip_prefix("allow(") else { continue };
            let Some((ids, reason)) = rest.split_once(')') else {
                report("the `)` is missing: write `# allow(public-body): why`".to_owned());
                continue;
            };
            let reason = reason.trim().strip_prefix(':').map(str::trim).filter(|reason| !reason.is_empty());
            for id in ids.split(',').map(str::trim) {
                let known = || IDS.into_iter().filter(|id| *id != ACCEPTANCE);
                match reason {
                    _ if !known().any(|known| known == id) => {
                        let known = known().collect::<Vec<_>>().join(", ");
                        report(format!("unknown lint `{id}`: expected one of {known}"));
                    }
                    None => report(format!("`allow({id})` has no reason: write `# allow({id}): why`")),
                    Some(reason) => accepted.push(Acceptance { id, reason, is_used: false }),
                }
            }
        }
        Self { about, accepted }
    }
}
