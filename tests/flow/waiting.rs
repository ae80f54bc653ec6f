//! Schemes that ask somebody else, who does not answer.

use std::future::pending;
use std::time::Duration;

use authgate::credentials::Presented;
use authgate::routing::get;
use authgate::scheme::{Answer, Scheme};
use authgate::{Authenticated, Challenge, Gate, Router};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use serde_json::json;

/// `Authorization: Oracle ..`, which never answers.
struct Oracle;

impl Scheme<User> for Oracle {
    fn challenge(&self) -> Challenge {
        Challenge::new("Oracle").realm("delphi")
    }

    fn authenticate<'a>(&'a self, _: Presented<'a>) -> Answer<'a, User> {
        Answer::later(pending())
    }
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn app(timeout: Option<Duration>) -> axum::Router {
    let mut gate = Gate::builder().scheme(Oracle).scheme(bearer());
    if let Some(timeout) = timeout {
        gate = gate.timeout(timeout);
    }
    Router::new().route("/me", get(me)).with_state(gate.build().unwrap())
}

/// Time stands still but for what is waited for, so that nothing here depends on the machine.
#[tokio::test(start_paused = true)]
async fn who_does_not_answer_in_time_is_undecided() {
    for (timeout, expected) in [(None, 2000), (Some(Duration::from_millis(300)), 300)] {
        let before = tokio::time::Instant::now();
        let answer = ask(&app(timeout), "GET /me", &[("authorization", "Oracle x")]).await;
        answer.assert_denied(503, "undecided", &[]);
        assert_eq!(answer.header("retry-after"), Some("5"));
        let waited = before.elapsed().as_millis();
        assert!((expected..expected + 50).contains(&waited), "{waited}");
    }
}

#[tokio::test(start_paused = true)]
async fn others_do_not_wait_for_it() {
    let before = tokio::time::Instant::now();
    ask_with(&app(None), "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    assert_eq!(before.elapsed(), Duration::ZERO);
}
