//! Expensive tokens, from attackers without a key and from a client with a valid key.

use authgate_tests::app::app;
use axum::Router;

use super::SMALL;
use super::meter::Asked;
use super::shapes::{self, VALUES};
use crate::outcome::Outcome::{self, Expired, LetIn, Malformed, Rejected, WrongAudience, WrongIssuer};
use crate::raw::{Claims, HEADER, signed_by, token};

/// The number of bytes of JSON that fit into a token of 64 KiB, with some room left.
const ROOM: usize = 48_000;

/// The maximum allocation per byte of a token that is parsed completely. Decoding takes 0.75 bytes,
/// detecting duplicate names up to 7, and owned strings in the principal up to 2.
const READ: u64 = 10;

/// Returns the number of bytes that a token of this length may allocate.
fn max_bytes(token: &str) -> u64 {
    READ * token.len() as u64 + SMALL
}

/// Returns a token with a signature of another key.
fn forged(header: impl AsRef<[u8]>, claims: impl AsRef<[u8]>) -> String {
    signed_by(header, claims, |_| vec![7; 32])
}

/// Returns an object with these additional members.
fn with_members(object: &str, members: &str) -> String {
    format!("{},{members}}}", object.trim_end_matches('}'))
}

struct Judge {
    app: Router,
    faults: Vec<String>,
}

impl Judge {
    fn new() -> Self {
        Self { app: app().0, faults: Vec::new() }
    }

    /// Sends a token. Asserts that it has one of these outcomes and allocates at most `most` bytes.
    fn judge(&mut self, what: &str, token: &str, most: u64, outcomes: &[Outcome]) {
        let (answer, mut fault) = Asked::new("GET /me").bearer(token).judged(&self.app, most);
        let is = |outcome: &Outcome| {
            answer.status == outcome.status()
                && outcome.challenge_and_reason().is_none_or(|(challenge, reason)| {
                    answer.challenges() == [challenge] && answer.reason() == reason
                })
        };
        if !outcomes.iter().any(is) {
            fault = Some(format!("{} {:?} {}", answer.status, answer.challenges(), answer.body));
        }
        self.faults.extend(fault.map(|fault| format!("{what}: {fault}")));
    }

    #[track_caller]
    fn finish(self) {
        assert!(self.faults.is_empty(), "{}", self.faults.join("\n"));
    }
}

/// A valid token costs its decoded payload and its principal. All bounds here are relative to this
/// cost.
#[test]
fn valid_token_costs_less_than_its_length() {
    let mut judge = Judge::new();
    let long = token(HEADER, Claims::good().with("x", &shapes::long_string(ROOM)).json());
    judge.judge("long", &long, long.len() as u64, &[LetIn]);
    judge.judge("short", &token(HEADER, Claims::good().json()), SMALL, &[LetIn]);
    judge.finish();
}

/// Bound: [`READ`] times the length of the token, for any value in any place.
#[test]
fn signed_token_cost_is_linear_in_its_length() {
    const CLAIMS: [&str; 13] =
        ["x", "iss", "aud", "sub", "exp", "nbf", "iat", "jti", "acr", "amr", "cnf", "roles", "scope"];
    const HEADERS: [&str; 7] = ["x", "alg", "kid", "typ", "cty", "crit", "b64"];
    const ANY: [Outcome; 6] = [LetIn, Malformed, Rejected, Expired, WrongIssuer, WrongAudience];
    let mut judge = Judge::new();
    for (what, value) in VALUES {
        let value = value(6000);
        for name in CLAIMS {
            let token = token(HEADER, Claims::good().with(name, &value).json());
            judge.judge(&format!("{what} as the claim {name}"), &token, max_bytes(&token), &ANY);
        }
        for name in HEADERS {
            let header = format!("{{\"alg\":\"HS256\",\"{name}\":{value}}}");
            let header = if name == "alg" { format!("{{\"alg\":{value}}}") } else { header };
            let token = token(header, Claims::good().json());
            judge.judge(&format!("{what} in the header as {name}"), &token, max_bytes(&token), &ANY);
        }
    }
    judge.finish();
}

/// The largest signed tokens. Bound: [`READ`] times the length of the token.
#[test]
fn largest_signed_token_cost_is_linear_in_its_length() {
    let good = Claims::good().json();
    let names = shapes::names(ROOM);
    let escaped = shapes::escaped_names(ROOM);
    let with = |name: &str, value: &str| Claims::good().with(name, value).json();
    let (first, last) = (r#""first":0"#, r#""first":1"#);
    let apart = |between: &str| format!("{first},{between},{last}");
    let (short, long) = (shapes::names(ROOM - 100), shapes::escaped_names(ROOM - 100));
    let arrays = shapes::nested_arrays(ROOM);
    let mut judge = Judge::new();
    for (what, claims, outcome) in [
        ("many names", with_members(&good, &names), LetIn),
        ("an escape in every name", with_members(&good, &escaped), LetIn),
        ("a name that is there twice, far apart", with_members(&good, &apart(&short)), Malformed),
        ("the same among escaped ones", with_members(&good, &apart(&long)), Malformed),
        ("nested arrays", with("x", &arrays), LetIn),
        ("nested arrays in a name that means something", with("aud", &arrays), Malformed),
        ("nested arrays without end", with("x", &"[".repeat(ROOM)), Malformed),
        ("nested objects", with("x", &shapes::nested_objects(ROOM)), LetIn),
        ("an audience of thousands without us", with("aud", &shapes::short_strings(ROOM)), WrongAudience),
        ("methods of thousands", with("amr", &shapes::short_strings(ROOM)), LetIn),
        ("roles of thousands", with("roles", &shapes::short_strings(ROOM)), LetIn),
        ("roles of thousands in one string", with("roles", &format!("\"{}\"", "a ".repeat(ROOM / 2))), LetIn),
        ("roles of escapes", with("roles", &shapes::escaped_strings(ROOM)), LetIn),
        ("10,000 digits", with("exp", &"9".repeat(10_000)), Malformed),
        ("10,000 digits of no meaning", with("x", &"9".repeat(10_000)), LetIn),
        ("10,000 digits after the point", with("nbf", &format!("1.{}", "9".repeat(10_000))), LetIn),
        ("10,000 zeros", with("exp", &format!("0.{}1", "0".repeat(10_000))), Expired),
        ("an exponent of 10,000 digits", with("exp", &format!("1e{}", "9".repeat(10_000))), Malformed),
    ] {
        let token = token(HEADER, claims);
        judge.judge(what, &token, max_bytes(&token), &[outcome]);
    }
    judge.finish();
}

/// Bound: the cost of a short bad token, whatever the length of the token.
#[test]
fn claims_are_not_parsed_without_a_valid_signature() {
    let mut judge = Judge::new();
    let good = Claims::good();
    let claims = VALUES.iter().map(|(what, value)| (*what, Claims::good().with("x", &value(ROOM)).json()));
    let names = [
        ("many names", with_members(&good.json(), &shapes::names(ROOM))),
        ("escaped names", with_members(&good.json(), &shapes::escaped_names(ROOM))),
    ];
    for (what, claims) in claims.chain(names) {
        judge.judge(what, &forged(HEADER, claims), SMALL, &[Rejected]);
    }
    judge.finish();
}

/// A header is parsed before its signature is verified, so its length is limited to 8 KiB. Bound:
/// [`READ`] times the length of the header, whatever the length of the token.
#[test]
fn unverified_header_is_parsed_up_to_8_kib() {
    let mut judge = Judge::new();
    let headers = |room: usize| {
        let values = VALUES
            .iter()
            .map(move |(what, value)| (*what, format!("{{\"alg\":\"HS256\",\"x\":{}}}", value(room))));
        values.chain([
            ("many names", with_members(HEADER, &shapes::names(room))),
            ("escaped names", with_members(HEADER, &shapes::escaped_names(room))),
        ])
    };
    let long = Claims::good().with("x", &shapes::long_string(40_000)).json();
    for (what, header) in headers(6000) {
        let most = READ * 8 * 1024 + SMALL;
        judge.judge(what, &forged(header, &long), most, &[Rejected, Malformed]);
    }
    for (what, header) in headers(ROOM) {
        judge.judge(&format!("{what}, too long"), &forged(&header, "{}"), SMALL, &[Malformed]);
        judge.judge(&format!("{what}, too long, signed"), &token(&header, "{}"), SMALL, &[Malformed]);
    }
    judge.finish();
}

/// Tokens longer than 64 KiB are not decoded, even if they are signed. Bound: the cost of a short
/// bad token.
#[test]
fn token_longer_than_64_kib_is_rejected_without_decoding() {
    let million = |element: &str| format!("[{}]", vec![element; 1_000_000].join(","));
    let nested = [["["; 100_000].concat(), ["]"; 100_000].concat()].concat();
    let strings = million("\"a\"");
    let members: Vec<_> = (0..1_000_000).map(|number| format!("\"{number}\":0")).collect();
    let members = members.join(",");
    let mut judge = Judge::new();
    let with = |name: &str, value: &str| Claims::good().with(name, value).json();
    let good = Claims::good().json();
    let in_header = with_members(HEADER, &format!("\"x\":{nested}"));
    for (what, token) in [
        ("nested arrays", token(HEADER, with("x", &nested))),
        ("nested arrays, forged", forged(HEADER, with("x", &nested))),
        ("nested arrays in the header", token(&in_header, &good)),
        ("nested arrays in the header, forged", forged(&in_header, &good)),
        ("members", token(HEADER, with_members(&good, &members))),
        ("members in the header, forged", forged(with_members(HEADER, &members), &good)),
        ("audiences", token(HEADER, with("aud", &strings))),
        ("methods", token(HEADER, with("amr", &strings))),
        ("roles", token(HEADER, with("roles", &strings))),
        ("roles, forged", forged(HEADER, with("roles", &strings))),
    ] {
        judge.judge(what, &token, SMALL, &[Malformed]);
    }
    judge.finish();
}
