//! Reads challenges back with a strict parser, and tests that parser with Julian Reschke's cases.

use authgate::Gate;
use authgate::scheme::{Basic, Login};
use authgate_tests::app::{App, Ran, User, bearer, routes};
use authgate_tests::ask::ask;
use authgate_tests::challenge::parse;
use serde_json::Value;

const CASES: &str = include_str!("../vectors/www-authenticate/reschke-httpauth.json");

/// Returns the bytes of a field line. A test case can append the encoding of the line.
fn bytes(line: &str) -> Vec<u8> {
    let line = line.replace("\r\n ", " ");
    if let Some(line) = line.strip_suffix(" (bytes ISO-8859-1)") {
        return line.chars().map(|character| u8::try_from(character).expect("ISO-8859-1")).collect();
    }
    line.strip_suffix(" (bytes UTF-8)").unwrap_or(&line).as_bytes().to_vec()
}

#[test]
fn parser_agrees_with_reschke_test_cases() {
    let cases: Value = serde_json::from_str(CASES).expect("JSON");
    let cases = cases["cases"].as_array().expect("cases");
    assert_eq!(cases.len(), 30);
    for case in cases {
        let lines = case["field_lines"].as_array().expect("lines");
        let parsed = parse(lines.iter().map(|line| bytes(line.as_str().expect("text"))));
        match case["expect"].as_str().expect("an expectation") {
            "ok" | "ok-after-unfold" => {
                let parsed = parsed.unwrap_or_else(|error| panic!("{case}: {error}"));
                let scheme = case["scheme"].as_str().expect("a scheme");
                let challenge = parsed.iter().find(|known| known.scheme.eq_ignore_ascii_case(scheme));
                let realm = challenge.and_then(|challenge| challenge.get("realm"));
                assert_eq!(realm, case["realm"].as_str(), "{case}");
            }
            "ok-opaque" => assert!(parsed.is_ok(), "{case}"),
            // Recipients may accept forms that senders must not generate.
            _ => assert!(parsed.is_err(), "{case}: {parsed:?}"),
        }
    }
}

/// RFC 9110 sections 11.5, 11.6.1 and 15.5.2, and RFC 7617 section 2.
#[tokio::test]
async fn challenges_of_responses_parse_back() {
    let basic = Basic::new(|_, _| async { Login::<User>::Unknown }).realm("the (whole) API, v=1");
    let gate = Gate::builder().scheme(basic).scheme(bearer()).build().expect("complete");
    let app = routes().with_state(App { gate, ran: Ran::default() });
    for credential in ["", "Basic !", "Basic YTpi", "Bearer x", "Basic YTpi, Bearer x"] {
        let answer = ask(&app, "GET /me", &[("authorization", credential)]).await;
        let challenges = parse(answer.challenges()).expect("well-formed");
        assert_eq!(challenges.len(), 2, "{challenges:?}");
        assert_eq!(challenges[0].scheme, "Bearer");
        let basic = &challenges[1];
        assert_eq!((basic.scheme.as_str(), basic.parameters.len()), ("Basic", 2));
        assert_eq!(basic.get("realm"), Some("the (whole) API, v=1"));
        assert_eq!(basic.get("charset"), Some("UTF-8"));
    }
}
