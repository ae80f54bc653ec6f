use std::fmt::{self, Write as _};

use super::Linted;
use crate::document::DocumentSource;
use crate::markdown::{code, plain};

/// A finding of a lint.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::Finding;
///
/// /// The findings that no comment in the lock accepts.
/// fn open(findings: &[Finding]) -> Vec<&Finding> {
///     findings.iter().filter(|finding| finding.accepted.is_none()).collect()
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The lint, one of [`IDS`](super::IDS).
    pub id: &'static str,
    /// The method of the route, if the finding is about a route.
    pub method: Option<String>,
    /// The path of the route.
    pub path: Option<String>,
    /// The right, if the finding is about a right: `role auditor`.
    pub right: Option<String>,
    /// Where the route is registered, if known.
    pub source: Option<DocumentSource>,
    /// The line of the route or right in the lock, from one, if [`Options`](super::Options) has the
    /// lock.
    pub lock_line: Option<usize>,
    /// The problem, and what to do.
    pub message: String,
    /// The reason in the lock, if the finding is accepted.
    pub accepted: Option<String>,
}

/// A finding, before acceptances are applied.
pub(super) struct Odd {
    pub(super) id: &'static str,
    pub(super) on: On,
    pub(super) message: String,
}

/// The subject of a finding, by its index in the document.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum On {
    Route(usize),
    Right(usize),
}

impl Finding {
    pub(super) fn of(odd: Odd, table: &Linted<'_>) -> Self {
        let mut finding = Self { message: odd.message, ..Self::new(odd.id) };
        match odd.on {
            On::Route(at) => {
                if let Some(route) = table.document.routes.get(at) {
                    finding.method = Some(route.method.clone());
                    finding.path = Some(route.path.clone());
                    finding.source = Some(route.source.clone()).filter(|source| !source.file.is_empty());
                }
            }
            On::Right(at) => {
                finding.right =
                    table.document.rights.get(at).map(|right| format!("{} {}", right.kind, right.name));
            }
        }
        finding
    }

    pub(super) const fn new(id: &'static str) -> Self {
        let (method, path, right, source, lock_line, accepted) = (None, None, None, None, None, None);
        Self { id, method, path, right, source, lock_line, message: String::new(), accepted }
    }

    /// Returns the subject: `POST /login`, `role auditor`.
    #[must_use]
    pub fn subject(&self) -> String {
        match (&self.method, &self.path, &self.right) {
            (Some(method), Some(path), _) => format!("{method} {path}"),
            (_, _, Some(right)) => right.clone(),
            _ => "access.lock".to_owned(),
        }
    }

    fn place(&self) -> Option<String> {
        let source = self.source.as_ref().map(|source| format!("{}:{}", source.file, source.line));
        source.or_else(|| self.lock_line.map(|line| format!("line {line} of the lock")))
    }
}

/// Formats the finding as one line: `warning[public-body]: POST /login (src/session.rs:40): ..`.
impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = if self.accepted.is_some() { "accepted" } else { "warning" };
        let mut text = format!("{level}[{}]: {}", self.id, self.subject());
        if let Some(place) = self.place() {
            write!(text, " ({place})")?;
        }
        write!(text, ": {}", self.message)?;
        if let Some(reason) = &self.accepted {
            write!(text, "; accepted: {reason}")?;
        }
        // Escapes control characters, which could add lines or control a terminal.
        text.chars().try_for_each(|c| {
            if c.is_control() { write!(f, "{}", c.escape_default()) } else { f.write_char(c) }
        })
    }
}

/// Returns findings as Markdown for a comment in a review: the open findings, and the accepted
/// ones.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::to_markdown;
///
/// assert_eq!(to_markdown(&[]), "## Access lints\n\nNo findings.\n");
/// ```
#[must_use]
pub fn to_markdown(findings: &[Finding]) -> String {
    let mut out = String::from("## Access lints\n\n");
    let open: Vec<_> = findings.iter().filter(|finding| finding.accepted.is_none()).collect();
    if open.is_empty() {
        out.push_str("No findings.\n");
    }
    // Writing to a `String` cannot fail.
    for finding in &open {
        let place = finding.place().map(|place| format!(" ({})", code(&place))).unwrap_or_default();
        let (id, subject) = (code(finding.id), code(&finding.subject()));
        _ = writeln!(out, "- {id} {subject}{place}: {}", plain(&finding.message));
    }
    let accepted = findings.len() - open.len();
    if accepted > 0 {
        _ = writeln!(out, "\nThe lock accepts {accepted}:\n");
        for finding in findings {
            if let Some(reason) = &finding.accepted {
                _ = writeln!(out, "- {} {}: {}", code(finding.id), code(&finding.subject()), plain(reason));
            }
        }
    }
    out
}
