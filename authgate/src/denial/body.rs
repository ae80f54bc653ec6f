//! The bodies of denials, in each format.
//!
//! They contain only the reason, the decision id, and the missing rights if the application reveals
//! them.

use crate::right::Reason;
use std::fmt::Write as _;

use axum::body::Bytes;
use http::HeaderValue;

use super::{BodyFormat, DecisionId};

/// Content of HTML pages in addition to the reason.
#[derive(Default)]
pub(super) struct Page {
    /// The name of the application.
    pub(super) app_name: Option<String>,
    /// The path of the login page.
    pub(super) login_page: Option<String>,
}

/// Content of a body in addition to the reason.
#[derive(Default)]
pub(super) struct Marks {
    /// The id that links the denial to its event in the log.
    pub(super) decision: Option<DecisionId>,
    /// The missing rights, in the notation of the access table, if the application reveals them.
    pub(super) missing: Vec<String>,
    /// The target of the link to the login page, in place of its plain path.
    pub(super) login_link: Option<String>,
}

impl Marks {
    /// Returns `true` if there is no additional content.
    pub(super) const fn is_empty(&self) -> bool {
        self.decision.is_none() && self.missing.is_empty() && self.login_link.is_none()
    }
}

impl BodyFormat {
    /// Returns the value of `Content-Type`.
    pub(super) const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Problem => "application/problem+json",
            Self::Page => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        })
    }

    /// Builds the body.
    pub(super) fn body(self, reason: Reason, page: &Page, marks: &Marks) -> Bytes {
        match self {
            Self::Problem => problem(reason, marks),
            Self::Page => html(reason, page, marks),
            Self::Text => text(reason, marks),
        }
        .into()
    }
}

/// Builds plain text: the sentence, and a line for the operator.
fn text(reason: Reason, marks: &Marks) -> String {
    let mut text = format!("{}: {}\n", reason.title(), reason.detail());
    if let Some(decision) = marks.decision {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{} {reason} {decision}", reason.status());
    }
    text
}

/// Builds a problem document (RFC 9457), with the members `reason`, `decision` and `missing`.
fn problem(reason: Reason, marks: &Marks) -> String {
    let text = |text: &str| serde_json::Value::from(text);
    let problem = format!(
        r#"{{"title":{},"status":{},"detail":{},"reason":{}}}"#,
        text(reason.title()),
        reason.status(),
        text(reason.detail()),
        text(reason.code())
    );
    if marks.is_empty() { problem } else { marked(&problem, marks) }
}

/// Appends the additional members to a problem document.
pub(super) fn marked(problem: &str, marks: &Marks) -> String {
    let mut marked = String::with_capacity(problem.len() + 40);
    marked.push_str(problem.strip_suffix('}').unwrap_or(problem));
    // Writing to a string cannot fail.
    if let Some(decision) = marks.decision {
        let _ = write!(marked, r#","decision":"{decision}""#);
    }
    if !marks.missing.is_empty() {
        let _ = write!(marked, r#","missing":{}"#, serde_json::Value::from(marks.missing.as_slice()));
    }
    marked.push('}');
    marked
}

/// Builds a page without scripts or external resources, which follows the color scheme of the
/// system.
fn html(reason: Reason, page: &Page, marks: &Marks) -> String {
    let number = reason.status();
    let (title, detail, code) = (escaped(reason.title()), escaped(reason.detail()), reason.code());
    let (mut heading, mut above, mut below) = (title.clone(), String::new(), String::new());
    // Writing to a string cannot fail.
    if let Some(name) = page.app_name.as_deref().map(escaped) {
        let _ = write!(heading, " · {name}");
        let _ = writeln!(above, "<p class=\"app\">{name}</p>");
    }
    if let Some(path) = page.login_page.as_deref().filter(|_| reason.can_sign_in()) {
        let path = marks.login_link.as_deref().unwrap_or(path);
        let _ = writeln!(below, "<p><a href=\"{}\">Sign in</a></p>", escaped(path));
    }
    let decision = marks.decision.map(|id| format!(" <code>{id}</code>")).unwrap_or_default();
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{number} {heading}</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; }}
h1 {{ font-size: 1.5rem; }}
.app, small {{ opacity: 0.75; }}
</style>
</head>
<body>
{above}<h1>{title}</h1>
<p>{detail}</p>
{below}<p><small>{number} <code>{code}</code>{decision}</small></p>
</body>
</html>
"#
    )
}

/// Escapes a text for HTML, including attributes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(character),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn problem_body_repeats_status_and_reason_code() {
        for reason in Reason::ALL {
            let body: serde_json::Value = serde_json::from_str(&problem(reason, &Marks::default())).unwrap();
            assert_eq!(body["status"], reason.status(), "RFC 9457 section 3.1.2");
            assert_eq!(body["reason"], reason.code());
        }
    }

    #[test]
    fn html_body_escapes_app_name_and_login_page() {
        let page = Page { app_name: Some("<i>".into()), login_page: Some("/login?a&b".into()) };
        let body = html(Reason::NoCredentials, &page, &Marks::default());
        assert!(body.contains("<p class=\"app\">&lt;i&gt;</p>") && !body.contains("<i>"), "{body}");
        assert!(body.contains("href=\"/login?a&amp;b\""), "{body}");
    }
}
