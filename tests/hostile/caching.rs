//! What a cache could be made to keep. Rows 18, 24 and 27.

use authgate::scheme::{Bearer, Keys};
use authgate::{Gate, Rendering};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::ask;
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};
use http::{HeaderName, HeaderValue};

use crate::outcome::is_safe;

/// Fields by which caches and proxies are told to store, each with the documentation that says so.
const KEEP: [(&str, &str); 10] = [
    ("cache-control", "public, max-age=3600"),
    ("cdn-cache-control", "max-age=3600"),
    ("cloudflare-cdn-cache-control", "max-age=3600"),
    ("surrogate-control", "max-age=3600"),
    ("expires", "Thu, 01 Jan 2099 00:00:00 GMT"),
    ("vary", "x"),
    ("age", "0"),
    // nginx, `proxy_cache_valid`: it counts more than `Cache-Control`.
    ("x-accel-expires", "3600"),
    // Akamai.
    ("edge-control", "max-age=3600"),
    // draft-ietf-httpbis-no-vary-search: makes one answer do for other targets.
    ("no-vary-search", "params"),
];

#[tokio::test]
async fn an_application_cannot_have_denials_cached() {
    let bearer = Bearer::jwt(Keys::hs256(SECRET).expect("long enough")).issuer(ISSUER).audience(AUDIENCE);
    let gate = Gate::<User>::builder().scheme(bearer.realm("api")).render(|_| {
        let denied = Rendering::text("denied")
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
