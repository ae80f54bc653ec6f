//! Denial responses that the application customizes, and the limits of that.

use authgate::denial::{BodyFormat, CustomBody, Reason};
use authgate::routing::get;
use authgate::{Authenticated, Denial, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::scheme::Ticket;
use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONTENT_LANGUAGE, HeaderName, HeaderValue};
use serde_json::json;

async fn me(_: Authenticated<User>) {}

fn rendered(hook: impl Fn(&Denial) -> Option<CustomBody> + Send + Sync + 'static) -> axum::Router {
    let gate = Gate::builder()
        .scheme(bearer())
        .scheme(Ticket::new("Ticket"))
        .render(hook)
        .build()
        .expect("complete");
    Router::new().route("/", get(me)).with_state(gate)
}

/// Asserts the status and the fields that a hook cannot change.
#[track_caller]
fn assert_fixed_fields(answer: &Answer) {
    assert_eq!(answer.status, 401);
    assert_eq!(answer.challenges(), [r#"Bearer realm="api""#, r#"Ticket realm="fair""#]);
    for (name, value) in [("cache-control", "no-store"), ("vary", "accept, authorization, accept-language")] {
        let lines: Vec<_> = answer.headers.get_all(name).iter().collect();
        assert_eq!(lines, [value], "{name}");
    }
}

#[tokio::test]
async fn hook_can_replace_the_body_and_add_fields() {
    let app = rendered(|denial| {
        let text = format!("{} {} {:?}", denial.status(), denial.reason(), denial.form());
        let help = HeaderName::from_static("x-help");
        let rendering = CustomBody::new(HeaderValue::from_static("text/acme"), text);
        Some(
            rendering
                .header(help.clone(), HeaderValue::from_static("a"))
                .header(help, HeaderValue::from_static("b")),
        )
    });
    let answer = ask(&app, "GET /", &[("accept", "text/html")]).await;
    assert_fixed_fields(&answer);
    answer.assert_is(401, "401 Unauthorized credentials_missing Page");
    assert_eq!(answer.header("content-type"), Some("text/acme"));
    assert_eq!(answer.headers.get_all("x-help").iter().collect::<Vec<_>>(), ["a", "b"]);
}

#[tokio::test]
async fn each_body_format_has_its_content_type() {
    let app = rendered(|denial| {
        Some(match denial.form() {
            BodyFormat::Page => CustomBody::html("<p>"),
            BodyFormat::Text => CustomBody::text(Bytes::from_static(b"text")),
            _ => CustomBody::problem("{}"),
        })
    });
    for (accept, content_type, body) in [
        ("*/*", "application/problem+json", "{}"),
        ("text/html", "text/html; charset=utf-8", "<p>"),
        ("text/plain", "text/plain; charset=utf-8", "text"),
    ] {
        let answer = ask(&app, "GET /", &[("accept", accept)]).await;
        assert_fixed_fields(&answer);
        assert_eq!((answer.header("content-type"), answer.body.as_str()), (Some(content_type), body));
    }
}

#[tokio::test]
async fn hook_that_returns_none_keeps_the_default_body() {
    let hook = |denial: &Denial| (denial.reason() == Reason::Unavailable).then(|| CustomBody::text("later"));
    let app = rendered(hook);
    let answer = ask(&app, "GET /", &[]).await;
    assert_fixed_fields(&answer);
    assert_eq!(answer.reason(), "credentials_missing");
    let answer = ask(&app, "GET /", &[("authorization", "Ticket down")]).await;
    answer.assert_is(503, "later");
    assert_eq!(answer.header("retry-after"), Some("5"));
}

/// Responds in German where the client prefers it and the reason is translated.
fn german(denial: &Denial) -> Option<CustomBody> {
    denial.accept_language().filter(|languages| languages.starts_with("de"))?;
    let (title, detail) = match denial.reason() {
        Reason::NoCredentials => ("Nicht angemeldet", "Bitte melden Sie sich an."),
        _ => return None,
    };
    let rendering = match denial.form() {
        BodyFormat::Page => {
            CustomBody::html(format!("<!doctype html><html lang=\"de\"><h1>{title}</h1><p>{detail}</p>"))
        }
        BodyFormat::Text => CustomBody::text(format!("{title}: {detail}\n")),
        _ => {
            let (status, reason) = (denial.status().as_u16(), denial.reason().code());
            let problem = json!({ "title": title, "status": status, "detail": detail, "reason": reason });
            CustomBody::problem(problem.to_string())
        }
    };
    Some(rendering.header(CONTENT_LANGUAGE, HeaderValue::from_static("de")))
}

#[tokio::test]
async fn hook_can_respond_in_the_language_of_the_client() {
    let app = rendered(german);
    const GERMAN: (&str, &str) = ("accept-language", "de-AT, en;q=0.5");
    let problem = ask(&app, "GET /", &[GERMAN]).await;
    assert!(problem.body.contains(r#""title":"Nicht angemeldet""#), "{}", problem.body);
    assert_eq!(problem.reason(), "credentials_missing");
    let page = ask(&app, "GET /", &[GERMAN, ("accept", "text/html")]).await;
    assert!(page.body.contains("<html lang=\"de\">"), "{}", page.body);
    let text = ask(&app, "GET /", &[GERMAN, ("accept", "text/plain")]).await;
    assert_eq!(text.body, "Nicht angemeldet: Bitte melden Sie sich an.\n");
    for answer in [&problem, &page, &text] {
        assert_fixed_fields(answer);
        assert_eq!(answer.header("content-language"), Some("de"));
    }
    let wrong = [GERMAN, ("authorization", "Ticket forged")];
    for fields in [&[("accept-language", "fr")][..], &[], &wrong] {
        let answer = ask(&app, "GET /", fields).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-language")), (401, None));
        assert!(answer.body.contains(r#""title":"Unauthorized""#), "{}", answer.body);
    }
}

/// Lines of a list are joined (RFC 9110 section 5.3).
#[tokio::test]
async fn hook_gets_joined_accept_language_lines() {
    let app = rendered(|denial| Some(CustomBody::text(format!("{:?}", denial.accept_language()))));
    let lines = [("accept-language", "de"), ("accept-language", "en;q=0.5")];
    ask(&app, "GET /", &lines).await.assert_is(401, r#"Some("de, en;q=0.5")"#);
    ask(&app, "GET /", &[]).await.assert_is(401, "None");
}

/// A hook must not make a response contradict the decision.
#[tokio::test]
async fn hook_cannot_change_status_challenges_or_caching() {
    let reserved = [
        ("www-authenticate", "Basic realm=\"evil\""),
        ("proxy-authenticate", "Basic realm=\"evil\""),
        ("cache-control", "public, max-age=3600"),
        ("cdn-cache-control", "max-age=3600"),
        ("surrogate-control", "max-age=3600"),
        ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
        ("pragma", "x"),
        ("age", "1"),
        ("vary", "*"),
        ("retry-after", "9"),
        ("content-type", "text/html"),
        ("content-length", "0"),
        ("content-encoding", "gzip"),
        ("transfer-encoding", "chunked"),
        ("connection", "close"),
        ("trailer", "x"),
        ("upgrade", "x"),
    ];
    let app = rendered(move |_| {
        let fields =
            reserved.map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        Some(
            fields
                .into_iter()
                .fold(CustomBody::text("no"), |rendering, (name, value)| rendering.header(name, value)),
        )
    });
    let answer = ask(&app, "GET /", &[]).await;
    assert_fixed_fields(&answer);
    answer.assert_is(401, "no");
    for (name, value) in reserved {
        assert!(answer.headers.get_all(name).iter().all(|line| line != value), "{name}");
    }
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=utf-8"));
}

#[tokio::test]
async fn panic_in_hook_gives_the_default_body() {
    let app = rendered(|_| panic!("the hook's own mistake"));
    let answer = ask_with(&app, "GET /", "abc").await;
    answer.assert_denied(
        401,
        "credentials_malformed",
        &[r#"Bearer realm="api", error="invalid_token""#, r#"Ticket realm="fair""#],
    );
}

#[tokio::test]
async fn default_page_shows_the_application_name() {
    let gate = Gate::builder().scheme(bearer()).app_name("Fisch & Söhne").build().expect("complete");
    let app = Router::new().route("/", get(me)).with_state(gate);
    let page = ask(&app, "GET /", &[("accept", "text/html")]).await;
    assert!(page.body.contains("<title>401 Unauthorized · Fisch &amp; Söhne</title>"), "{}", page.body);
    assert!(page.body.contains("color-scheme: light dark"), "{}", page.body);
    assert!(!page.body.contains("<script"), "{}", page.body);
}

/// Twice, because the second response is a copy.
#[tokio::test]
async fn layer_that_replaces_the_body_gets_a_correct_content_length() {
    let gate = Gate::builder().scheme(bearer()).build().expect("complete");
    let app = Router::new().route("/", get(me)).with_state(gate);
    let app = app.layer(axum::middleware::map_response(async |response: Response| {
        let (parts, _) = response.into_parts();
        Response::from_parts(parts, Body::from("no"))
    }));
    for _ in 0..2 {
        let answer = ask(&app, "GET /", &[]).await;
        answer.assert_is(401, "no");
        assert_eq!(answer.header("content-length"), Some("2"));
    }
}
