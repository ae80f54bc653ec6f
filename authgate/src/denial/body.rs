//! A reason as a body, in each form. None says more than the reason.

use axum::body::Bytes;
use http::HeaderValue;
use http::StatusCode;

use super::{Form, Reason};

impl Form {
    /// The field value of `Content-Type`.
    pub(super) const fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Problem => "application/problem+json",
            Self::Page => "text/html; charset=utf-8",
            Self::Text => "text/plain; charset=utf-8",
        })
    }

    /// The body.
    pub(super) fn body(self, reason: Reason) -> Bytes {
        match self {
            Self::Problem => problem(reason),
            Self::Page => page(reason),
            Self::Text => text(reason),
        }
        .into()
    }
}

/// The standard phrase of the status, which is the title of a problem without a type (RFC 9457 section 4.2.1).
fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Denied")
}

/// RFC 9457, with the member `reason` for programs. Nothing needs escaping: codes, titles and details are our own.
fn problem(reason: Reason) -> String {
    let status = reason.status();
    format!(
        r#"{{"title":"{}","status":{},"detail":"{}","reason":"{}"}}"#,
        title(status),
        status.as_u16(),
        reason.detail(),
        reason.code()
    )
}

fn page(reason: Reason) -> String {
    let status = reason.status();
    let (number, title, detail, code) = (status.as_u16(), title(status), reason.detail(), reason.code());
    format!(
        r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>{number} {title}</title>
<style>
body {{ font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 20vh auto 0; padding: 0 1.5rem; }}
h1 {{ font-size: 1.5rem; }}
small {{ opacity: 0.7; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{detail}</p>
<p><small>{number} <code>{code}</code></small></p>
</body>
</html>
"#
    )
}

fn text(reason: Reason) -> String {
    format!("{}: {}\n", title(reason.status()), reason.detail())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_problem_is_json_that_repeats_the_status() {
        for reason in Reason::ALL {
            let body: serde_json::Value = serde_json::from_str(&problem(reason)).unwrap();
            assert_eq!(body["status"], reason.status().as_u16(), "standards.md row 92");
            assert_eq!(body["reason"], reason.code());
        }
    }

    #[test]
    fn no_text_needs_escaping() {
        for reason in Reason::ALL {
            assert!(!reason.detail().contains(['<', '>', '&', '"', '\\']), "{reason}");
        }
    }
}
