//! Schemes that wait for a service that does not respond.

use std::future::pending;
use std::time::Duration;

use authgate::credentials::RequestCredentials;
use authgate::routing::{get, post};
use authgate::scheme::bearer::{RevocationStatus, Revocations};
use authgate::scheme::{Ambient, Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Challenge, Context, CredentialError, Gate, Router, public};
use authgate_tests::app::{User, bearer};
use authgate_tests::ask::{ask, ask_with, request, send};
use authgate_tests::token::token;
use axum::extract::Path;
use axum::handler::Handler as _;
use http::header::{AUTHORIZATION, COOKIE};
use serde_json::json;

/// A scheme for `Authorization: Oracle ..` that never completes.
struct Oracle;

impl Scheme<User> for Oracle {
    fn challenge(&self) -> Challenge {
        Challenge::new("Oracle").realm("delphi")
    }

    fn authenticate<'a>(&'a self, _: RequestCredentials<'a>) -> Answer<'a, User> {
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

/// Time is paused and only advances while a future waits, so the result does not depend on the
/// machine.
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

/// A scheme that accepts a cookie or an auth-scheme of this name. The caller has the same name.
struct Claim {
    name: &'static str,
    attachment: Ambient,
    /// Claims to be synchronous, but returns a pending future.
    lies: bool,
}

impl Claim {
    const LIAR: Self = Self { name: "liar", attachment: Ambient::No, lies: true };
    const LYING_COOKIE: Self = Self { attachment: Ambient::Cookie, ..Self::LIAR };
    const HONEST_COOKIE: Self = Self { name: "honest", lies: false, ..Self::LYING_COOKIE };
}

impl Scheme<User> for Claim {
    fn challenge(&self) -> Challenge {
        Challenge::new(self.name).realm("crete")
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        match self.attachment {
            Ambient::Cookie => {
                let lines = presented.headers().get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
                lines.flat_map(|line| line.split("; ")).any(|cookie| cookie == name)
            }
            _ => presented.authorization().credential_of(name).is_some(),
        }
    }

    fn authenticate<'a>(&'a self, _: RequestCredentials<'a>) -> Answer<'a, User> {
        let identity = Identity::new(User::new(self.name, &[], &[]), Context::of(self.name));
        let verdict = Outcome::Authenticated(identity);
        if self.lies { Answer::later(async { verdict }) } else { verdict.into() }
    }

    fn properties(&self) -> authgate::scheme::Properties {
        let field = if self.attachment == Ambient::Cookie { COOKIE } else { AUTHORIZATION };
        authgate::scheme::Properties::new().fields([field]).ambient(self.attachment)
    }

    fn never_waits(&self) -> bool {
        true
    }
}

/// All paths are covered: synchronous calls, extractors, and requests that must wait for another
/// scheme.
#[tokio::test]
async fn who_says_that_it_never_has_to_be_waited_for_and_has_is_not_believed() {
    #[public(reason = "greets")]
    async fn greet(user: Option<Authenticated<User>>) -> String {
        user.map(|user| user.sub.clone()).unwrap_or_default()
    }
    for with_a_slow_cookie in [false, true] {
        let mut gate = Gate::builder()
            .scheme(bearer())
            .scheme(Claim::LIAR)
            .scheme(Claim { name: "lying-cookie", ..Claim::LYING_COOKIE })
            .scheme(Claim::HONEST_COOKIE);
        if with_a_slow_cookie {
            gate = gate.scheme(SlowCookie);
        }
        let layered = me.layer(tower::layer::util::Identity::new());
        let app =
            Router::new().route("/me", get(me)).route("/layered", get(layered)).route("/greet", get(greet));
        let app = app.with_state(gate.build().unwrap());
        for line in ["GET /me", "GET /layered", "GET /greet"] {
            for (name, value) in
                [("authorization", "liar x"), ("cookie", "lying-cookie"), ("cookie", "lying-cookie; slow")]
            {
                let answer = ask(&app, line, &[(name, value)]).await;
                assert_eq!(
                    (answer.status.as_u16(), answer.reason().as_str()),
                    (503, "undecided"),
                    "{line} {value}"
                );
            }
            let answer = ask(&app, line, &[("cookie", "lying-cookie; honest")]).await;
            answer.assert_is(200, "honest");
            ask_with(&app, line, &token(&json!({}))).await.assert_is(200, "vera");
        }
    }
}

/// An asynchronous cookie scheme that authenticates no caller.
struct SlowCookie;

impl Scheme<User> for SlowCookie {
    fn challenge(&self) -> Challenge {
        Challenge::new("slow").realm("crete")
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        Claim { name: "slow", ..Claim::HONEST_COOKIE }.is_presented(name, presented)
    }

    fn authenticate<'a>(&'a self, _: RequestCredentials<'a>) -> Answer<'a, User> {
        Answer::later(async {
            tokio::task::yield_now().await;
            Outcome::Rejected(CredentialError::Rejected)
        })
    }

    fn properties(&self) -> authgate::scheme::Properties {
        authgate::scheme::Properties::new().fields([COOKIE])
    }
}

/// A revocation list that is always asynchronous, even if it claims otherwise.
#[derive(Clone, Copy)]
struct Slow {
    standing: RevocationStatus,
    says_that_it_never_waits: bool,
}

impl Revocations for Slow {
    async fn standing(&self, _: &Context) -> RevocationStatus {
        tokio::task::yield_now().await;
        self.standing
    }

    fn never_waits(&self) -> bool {
        self.says_that_it_never_waits
    }
}

/// Waiting changes neither the arguments of a handler nor the response.
#[tokio::test]
async fn handlers_are_called_alike_with_and_without_waiting() {
    async fn greet(user: Authenticated<User>, Path(name): Path<String>, body: String) -> String {
        format!("{} {name} {body}", user.sub)
    }
    let slow =
        |standing, says_that_it_never_waits| bearer().revoked_by(Slow { standing, says_that_it_never_waits });
    let fast = |standing| bearer().revoked_by(move |_: &Context| standing == RevocationStatus::Revoked);
    for (bearer, status) in [
        (fast(RevocationStatus::Good), 200),
        (fast(RevocationStatus::Revoked), 401),
        (slow(RevocationStatus::Good, false), 200),
        (slow(RevocationStatus::Revoked, false), 401),
        (slow(RevocationStatus::Undecided, false), 503),
        (slow(RevocationStatus::Good, true), 503),
    ] {
        let gate = Gate::builder().scheme(bearer).build().unwrap();
        let app = Router::new().route("/me", get(me)).route("/greet/{name}", post(greet)).with_state(gate);
        let authorization = format!("Bearer {}", token(&json!({})));
        for (line, body, expected) in
            [("POST /greet/ada", "hello", "vera ada hello"), ("GET /me", "", "vera")]
        {
            let mut request = request(line, &[("authorization", &authorization)]);
            *request.body_mut() = body.into();
            let answer = send(&app, request).await;
            assert_eq!(answer.status, status, "{line}");
            assert_eq!(answer.body == expected, status == 200, "{line}: {}", answer.body);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn others_do_not_wait_for_it() {
    let before = tokio::time::Instant::now();
    ask_with(&app(None), "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    assert_eq!(before.elapsed(), Duration::ZERO);
}
