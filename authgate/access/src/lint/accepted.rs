//! The findings that comments in the lock accept.

use std::collections::{BTreeMap, BTreeSet};

use super::{ACCEPTANCE, Finding, IDS, Linted, Odd, On};

/// A comment `allow(id): reason` at a line of the lock.
struct Acceptance<'a> {
    id: &'a str,
    reason: &'a str,
    line: Option<usize>,
    subject: Subject<'a>,
    is_used: bool,
}

/// The route or right of the line.
#[derive(Clone, Copy)]
enum Subject<'a> {
    Route(&'a str, &'a str),
    Right(&'a str, &'a str),
}

/// A line of the lock, and its acceptances.
type At<'a> = (Option<usize>, Vec<Acceptance<'a>>);

/// Returns the findings with their acceptances, and the problems of the acceptances.
pub(super) fn findings(table: &Linted<'_>, odd: Vec<Odd>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    let (mut of_routes, mut of_rights): (BTreeMap<_, At<'_>>, BTreeMap<_, At<'_>>) = Default::default();
    if let Some(lock) = &table.options.lock {
        for route in lock.routes() {
            let subject = Subject::Route(route.method(), route.path());
            let accepted = read(route.comments(), route.line(), subject, &mut wrong);
            of_routes.insert(route.key(), (route.line(), accepted));
        }
        for right in lock.rights() {
            let subject = Subject::Right(right.kind(), right.name());
            let accepted = read(right.comments(), right.line(), subject, &mut wrong);
            of_rights.insert((right.kind(), right.name()), (right.line(), accepted));
        }
    }
    let mut findings = Vec::new();
    for odd in odd {
        let at = match odd.on {
            On::Route(at) => table.lock.routes().get(at).and_then(|route| of_routes.get_mut(&route.key())),
            On::Right(at) => {
                let right = table.lock.rights().get(at);
                right.and_then(|right| of_rights.get_mut(&(right.kind(), right.name())))
            }
        };
        let lock_line = at.as_ref().and_then(|(line, _)| *line);
        let accepted = at.and_then(|(_, all)| all.iter_mut().find(|one| one.id == odd.id)).map(|one| {
            one.is_used = true;
            one.reason.to_owned()
        });
        findings.push(Finding { lock_line, accepted, ..Finding::of(odd, table) });
    }
    let routes = table.document.routes.iter();
    let without_handler: BTreeSet<_> = routes
        .filter(|route| route.handler.is_empty())
        .map(|route| (route.method.as_str(), route.path.as_str()))
        .collect();
    let all = of_routes.into_values().chain(of_rights.into_values()).flat_map(|(_, all)| all);
    for unused in all.filter(|one| !one.is_used) {
        let is_linted = match (unused.id, unused.subject) {
            ("unlisted-scope", _) => table.options.scopes.is_some(),
            // The document of a lock does not name the handlers.
            ("two-rules" | "public-body", Subject::Route(method, path)) => {
                !without_handler.contains(&(method, path))
            }
            _ => true,
        };
        if is_linted {
            let text = format!("`allow({})` accepts nothing: remove the comment", unused.id);
            wrong.push(about(&unused, text));
        }
    }
    wrong.sort_by_key(|finding| finding.lock_line);
    findings.append(&mut wrong);
    findings
}

/// Parses the acceptances in comments. Adds their problems to `wrong`.
fn read<'a>(
    comments: &'a [String],
    line: Option<usize>,
    subject: Subject<'a>,
    wrong: &mut Vec<Finding>,
) -> Vec<Acceptance<'a>> {
    let mut all = Vec::new();
    for comment in comments {
        let Some(rest) = comment.trim().strip_prefix("allow(") else { continue };
        let of = |id: &'a str, reason: &'a str| Acceptance { id, reason, line, subject, is_used: false };
        let Some((ids, reason)) = rest.split_once(')') else {
            wrong
                .push(about(&of("", ""), "the `)` is missing: write `# allow(public-body): why`".to_owned()));
            continue;
        };
        let reason = reason.trim().strip_prefix(':').map(str::trim).filter(|reason| !reason.is_empty());
        for id in ids.split(',').map(str::trim) {
            match reason {
                _ if !IDS.contains(&id) || id == ACCEPTANCE => {
                    let known: Vec<_> = IDS.iter().filter(|id| **id != ACCEPTANCE).copied().collect();
                    let text = format!("unknown lint `{id}`: expected one of {}", known.join(", "));
                    wrong.push(about(&of(id, ""), text));
                }
                None => {
                    let text = format!("`allow({id})` has no reason: write `# allow({id}): why`");
                    wrong.push(about(&of(id, ""), text));
                }
                Some(reason) => all.push(of(id, reason)),
            }
        }
    }
    all
}

fn about(acceptance: &Acceptance<'_>, text: String) -> Finding {
    let finding = Finding { lock_line: acceptance.line, ..Finding::new(ACCEPTANCE, text) };
    match acceptance.subject {
        Subject::Route(method, path) => {
            Finding { method: Some(method.to_owned()), path: Some(path.to_owned()), ..finding }
        }
        Subject::Right(kind, name) => Finding { right: Some(format!("{kind} {name}")), ..finding },
    }
}
