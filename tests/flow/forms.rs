//! Formats of a denial: a problem document, an HTML page or plain text.

use authgate_tests::app::app;
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::token::token_of;

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8";
const DETAIL: &str = "Authentication is required. The request has no accepted credentials.";

async fn denied(accept: &[&str]) -> Answer {
    let (app, _) = app();
    let fields: Vec<_> = accept.iter().map(|accept| ("accept", *accept)).collect();
    let answer = ask(&app, "GET /me", &fields).await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenges(), [r#"Bearer realm="api""#], "whatever the body");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "whatever the body");
    assert_eq!(answer.header("vary"), Some("accept, authorization"), "whatever the body");
    answer
}

/// RFC 9457 section 3.1.2.
#[tokio::test]
async fn accept_without_html_or_text_gets_a_problem_document() {
    let expected = format!(
        r#"{{"title":"Unauthorized","status":401,"detail":"{DETAIL}","reason":"credentials_missing"}}"#
    );
    for accept in
        [&[][..], &[""], &["*/*"], &["application/json"], &["application/problem+json"], &["image/png"]]
    {
        let answer = denied(accept).await;
        assert_eq!(answer.header("content-type"), Some("application/problem+json"), "{accept:?}");
        assert_eq!(answer.body, expected, "{accept:?}");
    }
}

/// RFC 9110 section 15.5.
#[tokio::test]
async fn accept_html_gets_a_page() {
    for accept in [&[BROWSER][..], &["text/html"], &["*/*;q=0.1", "text/html"]] {
        let answer = denied(accept).await;
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"), "{accept:?}");
        assert!(answer.body.starts_with("<!doctype html>"));
        assert!(answer.body.contains("<h1>Unauthorized</h1>") && answer.body.contains(DETAIL));
        assert!(answer.body.contains("<code>credentials_missing</code>"));
    }
}

#[tokio::test]
async fn accept_text_plain_gets_plain_text() {
    for accept in [&["text/plain"][..], &["text/plain, */*;q=0.5"]] {
        let answer = denied(accept).await;
        assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"), "{accept:?}");
        assert_eq!(answer.body, format!("Unauthorized: {DETAIL}\n"));
    }
}

/// A 403 is built after authentication. It must negotiate the format in the same way as a 401.
#[tokio::test]
async fn forbidden_negotiates_the_body_format_like_unauthorized() {
    let (app, _) = app();
    let bearer = format!("Bearer {}", token_of(&[]));
    for (accept, content_type) in [
        (&[][..], "application/problem+json"),
        (&["*/*"], "application/problem+json"),
        (&[BROWSER], "text/html; charset=utf-8"),
        (&["text/plain"], "text/plain; charset=utf-8"),
        (&["*/*;q=0.1", "text/html"], "text/html; charset=utf-8"),
    ] {
        let mut fields: Vec<_> = accept.iter().map(|accept| ("accept", *accept)).collect();
        fields.push(("authorization", &bearer));
        let answer = ask(&app, "DELETE /reports/1", &fields).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-type")),
            (403, Some(content_type)),
            "{accept:?}"
        );
    }
}

#[tokio::test]
async fn body_status_equals_the_response_status() {
    let (app, _) = app();
    let two = ask(&app, "GET /me", &[("authorization", "Bearer a, Bearer b")]).await;
    let known = ask_with(&app, "DELETE /reports/1", &token_of(&[])).await;
    for (answer, status, title) in [(two, 400, "Bad Request"), (known, 403, "Forbidden")] {
        let body: serde_json::Value = serde_json::from_str(&answer.body).expect("a problem document");
        assert_eq!(answer.status, status);
        assert_eq!(
            (&body["status"], &body["title"]),
            (&status.into(), &title.into()),
            "RFC 9457 section 3.1"
        );
    }
}
