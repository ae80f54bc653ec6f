//! Stores and policies that fail, block or panic. The request is denied, the error is logged, and
//! the next request is served.

use std::time::Duration;

use authgate::Gate;
use authgate_tests::app::bearer;
use authgate_tests::ask::ask_with;
use tracing::Level;

use super::{App, app, routes, token_for, vera};
use crate::events::capture::{Event, capture};

/// Returns the error event, which precedes the denial event.
#[track_caller]
fn error_of(events: &[Event]) -> &Event {
    let [error, denial] = events else { panic!("{events:?}") };
    assert_eq!((error.target, error.level), ("authgate::gate", Level::ERROR));
    assert_eq!((denial.level, denial.field("reason")), (Level::ERROR, Some("undecided")));
    error
}

#[tokio::test]
async fn load_error_is_503_and_is_logged() {
    let (app, state) = app();
    let (answer, events) = capture(ask_with(&app, "GET /reports/4", &vera())).await;
    answer.assert_denied(503, "undecided", &[]);
    assert_eq!(answer.header("retry-after"), Some("5"));
    assert!(!answer.body.contains("connection"), "no client's business: {}", answer.body);
    let error = error_of(&events);
    assert_eq!((error.field("resource"), error.field("error")), (Some("Report"), Some("no connection")));
    assert_eq!(state.ran.times(), 0);
}

#[tokio::test(start_paused = true)]
async fn load_or_policy_timeout_is_503() {
    for (timeout, expected) in [(None, 2000), (Some(Duration::from_millis(300)), 300)] {
        let mut gate = Gate::builder().scheme(bearer());
        if let Some(timeout) = timeout {
            gate = gate.timeout(timeout);
        }
        let state = App::with(gate.build().unwrap());
        let app = routes().with_state(state.clone());
        for (line, token) in [("GET /reports/5", vera()), ("GET /asked/1", token_for("slow", &[]))] {
            let before = tokio::time::Instant::now();
            let (answer, events) = capture(ask_with(&app, line, &token)).await;
            answer.assert_denied(503, "undecided", &[]);
            assert_eq!(answer.header("retry-after"), Some("5"));
            let waited = before.elapsed().as_millis();
            assert!((expected..expected + 50).contains(&waited), "{waited}");
            assert!(error_of(&events).field("message").unwrap().contains("in time"));
        }
        assert_eq!(state.ran.times(), 0);
    }
}

#[tokio::test]
async fn panic_in_load_or_policy_is_500_and_the_next_request_is_served() {
    let (app, state) = app();
    let panics = token_for("panics", &[]);
    let later = token_for("panics-later", &[]);
    for (line, token) in [
        ("GET /reports/6", &vera()),
        ("GET /reports/7", &vera()),
        ("GET /asked/1", &panics),
        ("GET /asked/1", &later),
        ("PUT /hidden/7", &vera()),
    ] {
        let (answer, events) = capture(ask_with(&app, line, token)).await;
        answer.assert_denied(500, "failed", &[]);
        assert!(!answer.body.contains("broken"), "{}", answer.body);
        let told: Vec<_> = events.iter().filter(|event| event.field("reason") == Some("failed")).collect();
        assert_eq!(told.len(), 1, "{line}: {events:?}");
        assert_eq!(told[0].level, Level::ERROR, "{line}");
        assert_eq!(state.ran.times(), 0, "{line}");
    }
    ask_with(&app, "GET /reports/1", &vera()).await.assert_is(200, "vera reads 1");
}

#[tokio::test]
async fn async_policy_decision_determines_the_response() {
    let (app, state) = app();
    for (name, status, reason) in
        [("allowed", 200, ""), ("anybody", 403, "policy_denied"), ("undecided", 503, "undecided")]
    {
        let answer = ask_with(&app, "GET /asked/2", &token_for(name, &[])).await;
        assert_eq!(state.asked.take(), ["report 2", "policy"]);
        match status {
            200 => answer.assert_is(200, "consulted"),
            _ => answer.assert_denied(status, reason, &[]),
        }
    }
    assert_eq!(state.ran.times(), 1);
    // No policy is called for a missing resource.
    assert_eq!(ask_with(&app, "GET /asked/9", &token_for("allowed", &[])).await.status, 404);
    assert_eq!(state.asked.take(), ["report 9"]);
}
