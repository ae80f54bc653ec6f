//! The responses of every example to crawlers and caches (RFC 9110 section 15.5.5, RFC 9111
//! sections 3 and 4.2.2, and the documentation of Google's crawler).

use authgate_tests::ask::{Answer, ask};

use crate::{api_key, basic, digest, documents, mixed, own_scheme, quickstart, service_layer, session};

async fn every_example() -> Vec<(&'static str, axum::Router)> {
    vec![
        ("quickstart", quickstart::app().await),
        ("basic", basic::app().await),
        ("digest", digest::app().await),
        ("api_key", api_key::app().await),
        ("own_scheme", own_scheme::app().await),
        ("session", session::app().await),
        ("mixed", mixed::app().await),
        ("service_layer", service_layer::app()),
        ("documents", documents::app().await),
    ]
}

/// Returns a path that is not public.
fn protected_path(name: &str) -> &'static str {
    match name {
        "quickstart" => "/admin/reports",
        "documents" => "/orgs/acme/documents/1",
        _ => "/admin",
    }
}

fn assert_not_cacheable(name: &str, answer: &Answer) {
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{name}");
    for field in ["expires", "etag", "last-modified"] {
        assert_eq!(answer.header(field), None, "{name}");
    }
}

#[tokio::test]
async fn denials_are_not_2xx_and_not_cacheable() {
    const NAVIGATE: [(&str, &str); 2] = [("accept", "text/html"), ("sec-fetch-mode", "navigate")];
    let credentials: [&[(&str, &str)]; 9] = [
        &[],
        &[("authorization", "Basic cmVhZGVyOndyb25n")],
        &[("authorization", "Digest username=\"reader\"")],
        &[("authorization", "Bearer abc")],
        &[("authorization", "Token abc")],
        &[("authorization", "Bearer a"), ("authorization", "Bearer b")],
        &[("x-api-key", "wrong")],
        &[("cookie", "__Host-session=wrong")],
        &NAVIGATE,
    ];
    for (name, app) in every_example().await {
        for method in ["GET", "HEAD"] {
            for path in ["/me", protected_path(name)] {
                for fields in credentials {
                    let answer = ask(&app, &format!("{method} {path}"), fields).await;
                    let expected = [303, 400, 401].contains(&answer.status.as_u16());
                    assert!(expected, "{name} {method} {path} {fields:?}: {}", answer.status);
                    assert_not_cacheable(name, &answer);
                    assert!(method != "HEAD" || answer.body.is_empty(), "{name}: {}", answer.body);
                    // RFC 9110 section 15.5.2.
                    assert!(answer.status != 401 || !answer.challenges().is_empty(), "{name}");
                }
            }
        }
    }
}

/// Crawlers treat a denied `robots.txt` as one that allows everything.
#[tokio::test]
async fn robots_txt_is_public_and_disallows_everything() {
    for (name, app) in every_example().await {
        let answer = ask(&app, "GET /robots.txt", &[("authorization", "Bearer wrong")]).await;
        assert_eq!(answer.status, 200, "{name}");
        assert!(answer.body.contains("Disallow: /"), "{name}");
    }
}

#[tokio::test]
async fn login_pages_are_not_indexed() {
    for (name, app) in [("session", session::app().await), ("mixed", mixed::app().await)] {
        let answer = ask(&app, "GET /login?return_to=//evil.example", &[]).await;
        assert_eq!((answer.status.as_u16(), answer.header("x-robots-tag")), (200, Some("noindex")), "{name}");
        assert!(!answer.body.contains("evil"), "{name}");
        assert_not_cacheable(name, &answer);
    }
}
