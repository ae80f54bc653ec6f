//! Denials must not be cached (RFC 9110 sections 12.5.5 and 15.5.5, RFC 9111 sections 3 and 4.2.2).

use authgate::Gate;
use authgate::denial::CustomBody;
use authgate::scheme::{Bearer, Keys};
use authgate_tests::app::{App, Ran, User, app, routes};
use authgate_tests::ask::{ask, request, send};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token_of};
use http::{HeaderName, HeaderValue};

use crate::outcome::is_safe;

/// Fields that make caches and proxies store a response, according to their documentation.
const KEEP: [(&str, &str); 10] = [
    ("cache-control", "public, max-age=3600"),
    ("cdn-cache-control", "max-age=3600"),
    ("cloudflare-cdn-cache-control", "max-age=3600"),
    ("surrogate-control", "max-age=3600"),
    ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ("vary", "x"),
    ("age", "0"),
    // nginx: with `proxy_cache_valid`, this field overrides `Cache-Control`.
    ("x-accel-expires", "3600"),
    // Akamai.
    ("edge-control", "max-age=3600"),
    // draft-ietf-httpbis-no-vary-search: a cached response can then serve other targets.
    ("no-vary-search", "params"),
];

#[tokio::test]
async fn custom_body_fields_cannot_make_a_denial_cacheable() {
    let bearer = Bearer::jwt(Keys::hs256(SECRET).expect("long enough")).issuer(ISSUER).audience(AUDIENCE);
    let gate = Gate::<User>::builder().scheme(bearer.realm("api")).render(|_| {
        let denied = CustomBody::text("denied")
            .header(HeaderName::from_static("x-ours"), HeaderValue::from_static("y"));
        Some(KEEP.iter().fold(denied, |denied, (name, value)| {
            denied.header(HeaderName::from_static(name), HeaderValue::from_static(value))
        }))
    });
    let app = routes().with_state(App { gate: gate.build().expect("complete"), ran: Ran::default() });
    let answer = ask(&app, "GET /me", &[]).await;
    assert!(is_safe(&answer), "{:?}", answer.headers);
    assert_eq!(answer.header("x-ours"), Some("y"));
    for (name, value) in KEEP {
        assert_ne!(answer.header(name), Some(value), "{name}");
    }
}

/// Two lines of `Accept` are equivalent to one (RFC 9110 section 5.3), for every denial.
#[tokio::test]
async fn accept_lines_are_combined_for_every_denial() {
    let (app, _) = app();
    let bearer = format!("Bearer {}", token_of(&["viewer"]));
    for credentials in [None, Some(("authorization", &*bearer))] {
        for lines in [["text/html", "image/png"], ["image/png", "text/html"]] {
            let mut fields = lines.map(|line| ("accept", line)).to_vec();
            fields.extend(credentials);
            let answer = send(&app, request("DELETE /reports/1", &fields)).await;
            assert_eq!(
                answer.header("content-type"),
                Some("text/html; charset=utf-8"),
                "{lines:?} {}",
                answer.status
            );
            assert!(is_safe(&answer));
        }
    }
}
