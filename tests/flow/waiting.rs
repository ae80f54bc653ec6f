//! Schemes that wait for a service that does not respond.

use std::future::pending;
use std::time::Duration;

use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::{get, post};
use authgate::scheme::bearer::{RevocationStatus, Revocations};
use authgate::scheme::{Ambient, Answer, Identity, Outcome, Scheme};
use authgate::{Authenticated, Context, Gate, Router, public};
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

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        Answer::pending(pending())
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
async fn scheme_timeout_is_503() {
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
#[derive(Clone, Copy)]
struct Claim {
    name: &'static str,
    attachment: Ambient,
    waits: bool,
    accepts: bool,
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

    fn authenticate(&self, _: &RequestCredentials<'_>) -> Answer<User> {
        let identity = Identity::new(User::new(self.name, &[], &[]), Context::of(self.name));
        let outcome = if self.accepts {
            Outcome::Authenticated(identity)
        } else {
            Outcome::Rejected(CredentialError::Rejected)
        };
        if !self.waits {
            return outcome.into();
        }
        Answer::pending(async {
            tokio::task::yield_now().await;
            outcome
        })
    }

    fn properties(&self) -> authgate::scheme::Properties {
        let field = if self.attachment == Ambient::Cookie { COOKIE } else { AUTHORIZATION };
        authgate::scheme::Properties::new().fields([field]).ambient(self.attachment)
    }
}

/// All paths are covered: handlers that authgate calls, layered handlers that axum calls, and
/// optional extractors.
#[tokio::test]
async fn sync_and_async_schemes_give_the_same_decision() {
    #[public(reason = "greets")]
    async fn greet(user: Option<Authenticated<User>>) -> String {
        user.map(|user| user.sub.clone()).unwrap_or_default()
    }
    for waits in 0..16_u8 {
        let waits = |scheme: u8| waits & (1 << scheme) != 0;
        let cookie = |name, scheme, accepts| Claim {
            name,
            attachment: Ambient::Cookie,
            waits: waits(scheme),
            accepts,
        };
        let field = Claim { name: "field", attachment: Ambient::No, waits: waits(0), accepts: true };
        let gate = Gate::builder()
            .scheme(bearer())
            .scheme(field)
            .scheme(cookie("stale", 1, false))
            .scheme(cookie("first", 2, true))
            .scheme(cookie("second", 3, true));
        let layered = me.layer(tower::layer::util::Identity::new());
        let app =
            Router::new().route("/me", get(me)).route("/layered", get(layered)).route("/greet", get(greet));
        let app = app.with_state(gate.build().unwrap());
        for line in ["GET /me", "GET /layered", "GET /greet"] {
            for (name, value, caller) in [
                ("authorization", "field x", "field"),
                ("cookie", "first; second", "first"),
                ("cookie", "stale; first", "first"),
                ("cookie", "stale; second", "second"),
            ] {
                ask(&app, line, &[(name, value)]).await.assert_is(200, caller);
            }
            let answer = ask(&app, line, &[("cookie", "stale")]).await;
            assert_eq!(
                (answer.status.as_u16(), answer.reason().as_str()),
                (401, "credentials_rejected"),
                "{line}"
            );
            ask_with(&app, line, &token(&json!({}))).await.assert_is(200, "vera");
        }
    }
}

/// A revocation list that is always asynchronous.
struct Slow(RevocationStatus);

impl Revocations for Slow {
    async fn status(&self, _: &Context) -> RevocationStatus {
        tokio::task::yield_now().await;
        self.0
    }
}

/// Waiting changes neither the arguments of a handler nor the response.
#[tokio::test]
async fn handler_gets_the_same_arguments_after_an_async_check() {
    async fn greet(user: Authenticated<User>, Path(name): Path<String>, body: String) -> String {
        format!("{} {name} {body}", user.sub)
    }
    let slow = |standing| bearer().revoked_by(Slow(standing));
    let fast = |standing| bearer().revoked_by(move |_: &Context| standing == RevocationStatus::Revoked);
    for (bearer, status) in [
        (fast(RevocationStatus::Good), 200),
        (fast(RevocationStatus::Revoked), 401),
        (slow(RevocationStatus::Good), 200),
        (slow(RevocationStatus::Revoked), 401),
        (slow(RevocationStatus::Unavailable), 503),
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
async fn pending_scheme_does_not_delay_other_schemes() {
    let before = tokio::time::Instant::now();
    ask_with(&app(None), "GET /me", &token(&json!({}))).await.assert_is(200, "vera");
    assert_eq!(before.elapsed(), Duration::ZERO);
}
