//! Stores and schemes that users write.

use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::get;
use authgate::scheme::attempts::{Attempt, AttemptError, AttemptLimits, Attempts};
use authgate::scheme::{Ambient, Answer, Basic, Login, Outcome, Properties, Scheme};
use authgate::{Gate, Router};
use authgate_tests::app::User;
use authgate_tests::ask;

use super::{PASSWORD, app, assert_limited, basic, limits, me, peer, submit};

/// A store that fails in the way that its name states.
#[derive(Clone, Copy)]
enum Broken {
    Fails,
    Hangs,
    Panics,
    ForgetsSuccess,
}

impl Attempts for Broken {
    async fn count(&self, _: &Attempt) -> Result<(), AttemptError> {
        match self {
            Self::Fails => Err(std::io::Error::other("down"))?,
            Self::Hangs => pending().await,
            Self::Panics => panic!("a bug"),
            Self::ForgetsSuccess => Ok(()),
        }
    }

    async fn succeeded(&self, _: &Attempt) -> Result<(), AttemptError> {
        pending().await
    }

    async fn withdrawn(&self, _: &Attempt) -> Result<(), AttemptError> {
        pending().await
    }
}

/// Passwords that were not verified in an outage must not lock users out after it.
#[tokio::test(start_paused = true)]
async fn password_that_was_not_verified_does_not_count() {
    for (is_busy, reason) in [(false, "undecided"), (true, "busy")] {
        let is_down = Arc::new(AtomicBool::new(true));
        let outage = Arc::clone(&is_down);
        let users = move |name: String, _: String| {
            let login = match (outage.load(Ordering::Relaxed), is_busy) {
                (false, _) => Login::Verified(User::new(&name, &[], &[])),
                (true, false) => Login::Unavailable,
                (true, true) => Login::Busy,
            };
            async move { login }
        };
        let gate =
            Gate::builder().scheme(Basic::new(users).realm("api").attempts(&limits())).build().unwrap();
        let app = Router::new().route("/me", get(me)).with_state(gate);
        for number in 0..150 {
            let answer = basic(&app, "192.0.2.1", &format!("user{number}"), PASSWORD).await;
            answer.assert_denied(503, reason, &[]);
        }
        is_down.store(false, Ordering::Relaxed);
        basic(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "vera");
    }
}

#[tokio::test(start_paused = true)]
async fn failing_store_is_503_and_verifies_no_password() {
    for (store, status, reason) in [
        (Broken::Fails, 503, "undecided"),
        (Broken::Hangs, 503, "undecided"),
        (Broken::Panics, 500, "failed"),
    ] {
        let (app, verified) = app(&AttemptLimits::new(store, peer));
        submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_denied(status, reason, &[]);
        basic(&app, "192.0.2.1", "vera", PASSWORD).await.assert_denied(status, reason, &[]);
        assert_eq!(verified.load(Ordering::Relaxed), 0);
    }
    let (app, _) = app(&AttemptLimits::new(Broken::ForgetsSuccess, peer));
    submit(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "Welcome.");
    basic(&app, "192.0.2.1", "vera", PASSWORD).await.assert_is(200, "vera");
}

/// A scheme that a user writes: a PIN in a field or in a cookie, with an own limit.
struct Pin(Ambient);

impl Scheme<User> for Pin {
    fn challenge(&self) -> Challenge {
        let name = if self.0 == Ambient::Cookie { "CookiePin" } else { "Pin" };
        Challenge::new(name).realm("door").only_alone()
    }

    fn is_presented(&self, name: &str, presented: &RequestCredentials<'_>) -> bool {
        presented.headers().contains_key(name)
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        let name = if self.0 == Ambient::Cookie { "CookiePin" } else { "Pin" };
        match presented.headers().get(name).map(http::HeaderValue::as_bytes) {
            Some(b"wait") => {
                Outcome::Rejected(CredentialError::too_many_attempts(Duration::from_millis(1500)))
            }
            Some(b"now") => Outcome::Rejected(CredentialError::TooManyAttempts { retry_after: 0 }),
            Some(b"down") => Outcome::Unavailable,
            _ => Outcome::Rejected(CredentialError::Rejected),
        }
        .into()
    }

    fn properties(&self) -> Properties {
        Properties::new().ambient(self.0).limits_attempts()
    }
}

#[tokio::test]
async fn scheme_can_respond_with_too_many_attempts() {
    let gate = Gate::builder().scheme(Pin(Ambient::No)).build().unwrap();
    let app = Router::new().route("/me", get(me)).with_state(gate);
    let asked = |pin: &'static str| {
        let app = app.clone();
        async move { ask::ask(&app, "GET /me", &[("pin", pin)]).await }
    };
    assert_limited(&asked("wait").await, "2");
    assert_limited(&asked("now").await, "1");
    asked("wrong").await.assert_denied(401, "credentials_rejected", &[r#"Pin realm="door""#]);
}

/// 503 outranks 429, and 429 outranks 401.
#[tokio::test]
async fn worse_outcome_of_two_cookies_is_sent() {
    struct Other;
    impl Scheme<User> for Other {
        fn challenge(&self) -> Challenge {
            Challenge::new("Other").realm("door").only_alone()
        }
        fn is_presented(&self, _: &str, presented: &RequestCredentials<'_>) -> bool {
            presented.headers().contains_key("other")
        }
        fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
            match presented.headers().get("other").map(http::HeaderValue::as_bytes) {
                Some(b"down") => Outcome::Unavailable,
                _ => Outcome::Rejected(CredentialError::Expired),
            }
            .into()
        }
        fn properties(&self) -> Properties {
            Properties::new().ambient(Ambient::Cookie)
        }
    }
    for is_first in [true, false] {
        let builder = Gate::builder();
        let builder = if is_first {
            builder.scheme(Other).scheme(Pin(Ambient::Cookie))
        } else {
            builder.scheme(Pin(Ambient::Cookie)).scheme(Other)
        };
        let app = Router::new().route("/me", get(me)).with_state(builder.build().unwrap());
        let limited = ask::ask(&app, "GET /me", &[("cookiepin", "wait"), ("other", "old")]).await;
        assert_limited(&limited, "2");
        let unavailable = ask::ask(&app, "GET /me", &[("cookiepin", "wait"), ("other", "down")]).await;
        unavailable.assert_denied(503, "undecided", &[]);
    }
}
