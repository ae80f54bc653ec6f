//! The expected responses, and the rows of the tables.

use std::fmt;

use authgate_tests::app::Ran;
use authgate_tests::ask::{Answer, send};
use authgate_tests::token::SECRET;
use axum::body::Body;
use http::{HeaderValue, Request};

/// The result of a request: status, challenge and reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    LetIn,
    Missing,
    Malformed,
    Expired,
    NotYetValid,
    Rejected,
    WrongIssuer,
    WrongAudience,
    Ambiguous,
    /// Malformed before the scheme is known.
    NoScheme,
}

impl Outcome {
    pub(crate) const fn status(self) -> u16 {
        match self {
            Self::LetIn => 200,
            Self::Ambiguous => 400,
            _ => 401,
        }
    }

    /// Returns `None` if the handler responds.
    pub(crate) const fn challenge_and_reason(self) -> Option<(&'static str, &'static str)> {
        const INVALID_TOKEN: &str = r#"Bearer realm="api", error="invalid_token""#;
        Some(match self {
            Self::LetIn => return None,
            Self::Missing => (r#"Bearer realm="api""#, "credentials_missing"),
            Self::Ambiguous => (r#"Bearer realm="api", error="invalid_request""#, "credentials_ambiguous"),
            // RFC 6750 section 3.1: no `error` unless the client attempted Bearer.
            Self::NoScheme => (r#"Bearer realm="api""#, "credentials_malformed"),
            Self::Malformed => (INVALID_TOKEN, "credentials_malformed"),
            Self::Expired => (INVALID_TOKEN, "credentials_expired"),
            Self::NotYetValid => (INVALID_TOKEN, "credentials_not_yet_valid"),
            Self::Rejected => (INVALID_TOKEN, "credentials_rejected"),
            Self::WrongIssuer => (INVALID_TOKEN, "credentials_wrong_issuer"),
            Self::WrongAudience => (INVALID_TOKEN, "credentials_wrong_audience"),
        })
    }
}

/// A request and its expected outcome.
pub(crate) struct Row {
    what: String,
    /// The `Authorization` line.
    line: Vec<u8>,
    outcome: Outcome,
    rule: &'static str,
}

/// Returns a row with an `Authorization` line.
pub(crate) fn line(what: &str, line: impl Into<Vec<u8>>, outcome: Outcome, rule: &'static str) -> Row {
    Row { what: what.to_owned(), line: line.into(), outcome, rule }
}

/// Returns a row with a bearer token.
pub(crate) fn bearer(what: &str, token: impl AsRef<[u8]>, outcome: Outcome, rule: &'static str) -> Row {
    line(what, [b"Bearer ", token.as_ref()].concat(), outcome, rule)
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.what, self.rule)
    }
}

impl Row {
    /// Sends a request for `/me` and returns all differences from the expected response.
    pub(crate) async fn faults(&self, (app, ran): &(axum::Router, Ran)) -> Vec<String> {
        let before = ran.times();
        let value = HeaderValue::from_bytes(&self.line).expect("what a server lets through");
        let request = Request::get("/me").header("authorization", value);
        let answer = send(app, request.body(Body::empty()).expect("a request")).await;
        let mut faults = Vec::new();
        let mut expect = |holds: bool, text: String| {
            if !holds {
                faults.push(format!("{self}: {text}"));
            }
        };
        let outcome = self.outcome;
        expect(answer.status == outcome.status(), format!("{} {}", answer.status, answer.body));
        let let_in = outcome == Outcome::LetIn;
        let times = ran.times() - before;
        expect(times == usize::from(let_in), format!("the handler ran {times} times"));
        if let Some((challenge, reason)) = outcome.challenge_and_reason()
            && !answer.status.is_success()
        {
            expect(answer.challenges() == [challenge], format!("{:?}", answer.challenges()));
            expect(answer.reason() == reason, answer.reason());
            expect(is_safe(&answer), format!("{:?}", answer.headers));
            expect(!tells(&answer, &self.line), "the answer repeats the credential".to_owned());
        }
        faults
    }
}

/// Returns `true` if the caching fields and the format are those of a denial (RFC 9110 sections
/// 12.5.5 and 15.5.5, RFC 9457 section 3.1.2).
pub(crate) fn is_safe(answer: &Answer) -> bool {
    answer.header("cache-control") == Some("no-store")
        // With a `render` hook, which may read the language.
        && matches!(answer.header("vary"), Some("accept, authorization" | "accept, authorization, accept-language"))
        && answer.headers.get_all("cache-control").iter().count() == 1
        && answer.headers.get_all("vary").iter().count() == 1
}

/// Returns `true` if the response contains a part of the request, or the key.
pub(crate) fn tells(answer: &Answer, sent: &[u8]) -> bool {
    let all = format!("{:?} {}", answer.headers, answer.body);
    let secret = std::str::from_utf8(SECRET).expect("text");
    let sent = String::from_utf8_lossy(sent);
    let pieces = sent.split([' ', '.', ',', '\t']).filter(|piece| piece.len() > 12);
    all.contains(secret) || pieces.into_iter().any(|piece| all.contains(piece))
}
