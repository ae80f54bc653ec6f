//! Expensive header fields: long fields, many fields, and lists with thousands of members.

use authgate::Gate;
use authgate::denial::CustomBody;
use authgate::scheme::Digest;
use authgate::scheme::digest::InMemoryDigestUsers;
use authgate_tests::app::{App, Ran, app, bearer, routes};
use authgate_tests::digest::{self, REALM};
use authgate_tests::session::{COOKIE, Site};
use axum::Router;

use super::SMALL;
use super::meter::Asked;
use crate::raw::good;

const KIB: usize = 1024;

/// A request and its expected response: status, reason and challenge.
type Row = (&'static str, Asked, u16, &'static str, &'static str);

const MISSING: &str = "credentials_missing";
const MALFORMED: &str = "credentials_malformed";
const AMBIGUOUS: &str = "credentials_ambiguous";
const PLAIN: &str = r#"Bearer realm="api""#;
const INVALID_TOKEN: &str = r#"Bearer realm="api", error="invalid_token""#;
const INVALID_REQUEST: &str = r#"Bearer realm="api", error="invalid_request""#;

/// Asserts that each response is as expected. A request may allocate `times` its length, plus a
/// constant.
#[track_caller]
fn judge(app: &Router, times: u64, rows: &[Row]) {
    let mut faults = Vec::new();
    for (what, asked, status, reason, challenge) in rows {
        let (answer, fault) = asked.judged(app, times * asked.length() + SMALL);
        faults.extend(fault.map(|fault| format!("{what}: {fault}")));
        let challenges = answer.challenges();
        let is_as_said = answer.status == *status
            && (answer.status.is_success() || answer.reason() == *reason)
            && (challenge.is_empty() || challenges.iter().any(|known| known.starts_with(challenge)));
        if !is_as_said {
            faults.push(format!("{what}: {} {challenges:?} {}", answer.status, answer.body));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

fn me() -> Asked {
    Asked::new("GET /me")
}

/// Bound: the cost of a short bad line, whatever the length of the line. The line is scanned and
/// not copied.
#[test]
fn long_authorization_line_is_not_copied() {
    let line = |value: &str| me().with("authorization", value);
    let long = |piece: &str| format!("Bearer {}", piece.repeat(1024 * KIB / piece.len()));
    judge(
        &app().0,
        0,
        &[
            ("64 KiB", line(&format!("Bearer {}", "a".repeat(64 * KIB))), 401, MALFORMED, INVALID_TOKEN),
            ("1 MiB", line(&long("a")), 401, MALFORMED, INVALID_TOKEN),
            ("1 MiB of dots", line(&long(".")), 401, MALFORMED, INVALID_TOKEN),
            ("1 MiB of spaces", line(&long(" ")), 401, MALFORMED, INVALID_TOKEN),
            ("an auth-scheme of 1 MiB", line(&"a".repeat(1024 * KIB)), 401, MISSING, PLAIN),
            ("10,000 commas", line(&format!("Bearer {}", ",".repeat(10_000))), 401, MALFORMED, INVALID_TOKEN),
            (
                "10,000 quotes",
                line(&format!("Bearer {}", "\"".repeat(10_000))),
                401,
                MALFORMED,
                INVALID_TOKEN,
            ),
            (
                "10,000 of both",
                line(&format!("Bearer {}", "\",".repeat(10_000))),
                401,
                MALFORMED,
                INVALID_TOKEN,
            ),
            (
                "10,000 backslashes",
                line(&format!("Bearer \"{}", "\\".repeat(10_000))),
                401,
                MALFORMED,
                INVALID_TOKEN,
            ),
            ("10,000 credentials", line(&"Bearer a,".repeat(10_000)), 400, AMBIGUOUS, INVALID_REQUEST),
            (
                "10,000 parameters",
                line(&format!("Bearer {}", "a=b,".repeat(10_000))),
                401,
                MALFORMED,
                INVALID_TOKEN,
            ),
        ],
    );
}

/// Bound: the cost of two lines. The second line decides.
#[test]
fn thousand_authorization_lines_cost_like_two() {
    let lines = |value: &str| (0..1000).fold(me(), |asked, _| asked.with("authorization", value));
    let good = format!("Bearer {}", good());
    judge(
        &app().0,
        0,
        &[
            ("good ones", lines(&good), 400, AMBIGUOUS, INVALID_REQUEST),
            ("empty ones", lines(""), 400, AMBIGUOUS, INVALID_REQUEST),
            ("long ones", lines(&"a".repeat(KIB)), 400, AMBIGUOUS, INVALID_REQUEST),
        ],
    );
}

/// Returns an application that reads `Accept`, `Accept-Language` and `Sec-Fetch-*`.
fn app_with_render_hook() -> Router {
    let gate = Gate::builder().scheme(bearer()).render(|denial| {
        let is_german = denial.accept_language()?.starts_with("de");
        is_german.then(|| CustomBody::text("Bitte melden Sie sich an."))
    });
    let gate = gate.build().expect("complete");
    routes().with_state(App { gate, ran: Ran::default() })
}

/// Bound: three times the length of the request. Lines are joined once (RFC 9110 section 5.3), and
/// 32 ranges of `Accept` are parsed.
#[test]
fn long_accept_lists_are_parsed_up_to_a_limit() {
    let hundred = |name, value: &str| (0..100).fold(me(), |asked, _| asked.with(name, value));
    let ranges = |range: &str| vec![range; 1000].join(",");
    let one = |name, value: String| me().with(name, value);
    judge(
        &app_with_render_hook(),
        3,
        &[
            ("ranges", hundred("accept", &ranges("image/png")), 401, MISSING, PLAIN),
            ("ranges with weights", hundred("accept", &ranges("a/b;q=0.123")), 401, MISSING, PLAIN),
            ("weights of digits", hundred("accept", &ranges("*/*;q=0.99999999")), 401, MISSING, PLAIN),
            ("commas", hundred("accept", &",".repeat(1000)), 401, MISSING, PLAIN),
            ("semicolons", hundred("accept", &";q".repeat(1000)), 401, MISSING, PLAIN),
            ("a range of 1 MiB", one("accept", "a".repeat(1024 * KIB)), 401, MISSING, PLAIN),
            (
                "a weight of 1 MiB",
                one("accept", format!("*/*;q=0.{}", "1".repeat(1024 * KIB))),
                401,
                MISSING,
                PLAIN,
            ),
            ("parameters of 1 MiB", one("accept", ";q".repeat(512 * KIB)), 401, MISSING, PLAIN),
            ("lines that are no text", hundred("accept", "\u{e9}"), 401, MISSING, PLAIN),
            ("languages", hundred("accept-language", &ranges("tlh")), 401, MISSING, PLAIN),
            (
                "languages with weights",
                hundred("accept-language", &ranges("tlh-DE;q=0.123")),
                401,
                MISSING,
                PLAIN,
            ),
            ("a language of 1 MiB", one("accept-language", "a".repeat(1024 * KIB)), 401, MISSING, PLAIN),
            ("subtags of 1 MiB", one("accept-language", "a-".repeat(512 * KIB)), 401, MISSING, PLAIN),
        ],
    );
}

/// Bound: the cost of a request without these fields, plus twice the length of the request. A
/// cookie is found without a copy.
#[test]
fn long_cookie_and_fetch_fields_have_bounded_cost() {
    let site = Site::new();
    let pairs = |pair: &str| me().with("cookie", vec![pair; 10_000].join("; "));
    let lines = |line: &str| (0..1000).fold(me(), |asked, _| asked.with("cookie", line));
    let mine = format!("{COOKIE}=AAAAAAAAAAAAAAAAAAAAAA");
    let garbage = |name, value: &str| {
        let post = Asked::new("POST /logout").with("cookie", &mine);
        (0..100).fold(post, |asked, _| asked.with(name, value))
    };
    let long = "navigate".repeat(8 * KIB);
    let mut rows = vec![
        ("pairs", pairs("a=b"), 401, MISSING, ""),
        ("pairs without a value", pairs("a"), 401, MISSING, ""),
        ("pairs of ours", pairs(&mine), 401, MALFORMED, ""),
        ("semicolons", me().with("cookie", ";".repeat(64 * KIB)), 401, MISSING, ""),
        (
            "a value of 1 MiB",
            me().with("cookie", format!("{COOKIE}={}", "A".repeat(1024 * KIB))),
            401,
            MALFORMED,
            "",
        ),
        ("lines", lines("a=b; c=d"), 401, MISSING, ""),
        ("lines of ours", lines(&mine), 401, MALFORMED, ""),
    ];
    for name in ["sec-fetch-site", "origin"] {
        rows.push((name, garbage(name, &long), 403, "cross_site", ""));
    }
    for name in ["sec-fetch-mode", "sec-fetch-dest", "sec-fetch-user", "x-requested-with"] {
        rows.push((name, me().with(name, &long), 401, MISSING, ""));
    }
    judge(&site.app, 2, &rows);
}

/// Bound: three times the length of the request. At most 32 parameters are parsed.
#[test]
fn digest_parameters_have_bounded_cost() {
    let app = digest::app_of(Digest::new(InMemoryDigestUsers::new(REALM)).realm(REALM));
    let line = |rest: &str| me().with("authorization", format!("Digest {rest}"));
    judge(
        &app,
        3,
        &[
            ("10,000 commas", line(&",".repeat(10_000)), 401, MALFORMED, "Digest "),
            ("10,000 quotes", line(&"\"".repeat(10_000)), 401, MALFORMED, "Digest "),
            ("10,000 parameters", line(&"a=b,".repeat(10_000)), 401, MALFORMED, "Digest "),
            (
                "a value of escapes",
                line(&format!("a=\"{}\"", "\\a".repeat(10_000))),
                401,
                MALFORMED,
                "Digest ",
            ),
            (
                "a value of 1 MiB",
                line(&format!("username=\"{}\"", "a".repeat(1024 * KIB))),
                401,
                MALFORMED,
                "Digest ",
            ),
            ("a name of 1 MiB", line(&format!("{}=a", "a".repeat(1024 * KIB))), 401, MALFORMED, "Digest "),
        ],
    );
}

/// Bound: three times the length of the request. The path appears in the log but not in the
/// response.
#[test]
fn long_target_has_bounded_cost() {
    let (app, _) = app();
    let long = |piece: &str| piece.repeat(60_000 / piece.len());
    let delete = || Asked::new("DELETE /x").bearer(&good());
    let number = || format!("/reports/{}", long("1"));
    judge(
        &app,
        3,
        &[
            ("a query", me().to(format!("/me?{}", long("a=b&"))), 401, MISSING, PLAIN),
            ("a number of 60,000 digits", me().to(number()), 401, MISSING, PLAIN),
            ("the same by somebody without the role", delete().to(number()), 403, "role_missing", ""),
            ("encoded", me().to(format!("/reports/{}", long("%61"))), 401, MISSING, PLAIN),
        ],
    );
}
