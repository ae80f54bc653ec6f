//! Endpoints that are down, slow or broken: 503 for the client, and the cause for the operator.

use std::time::Duration;

use authgate::oauth::{AccessTokens, BackendError, Fetch};
use authgate::scheme::Issuer;
use authgate_tests::provider::Provider;
use authgate_tests::token::AUDIENCE;
use axum::body::Bytes;
use http::{Request, Response};
use serde_json::json;

use super::{ENDPOINT, OLD, OPAQUE, active, answering, app, introspected, introspection, me};
use crate::events::capture::{Event, capture_with_tasks};
use crate::oauth::{app_of, pass, seconds};

fn errors(log: &[Event]) -> Vec<&Event> {
    log.iter()
        .filter(|event| event.level == tracing::Level::ERROR && event.target == "authgate::oauth")
        .collect()
}

#[tokio::test(start_paused = true)]
async fn answer_that_cannot_be_used_is_an_outage_with_its_cause_in_the_log() {
    type Reply = Box<dyn Fn() -> Response<Bytes> + Send + Sync>;
    let status = |status: u16| -> Reply {
        Box::new(move || {
            let body = active(&json!({})).to_string();
            Response::builder().status(status).header("location", ENDPOINT).body(body.into()).unwrap()
        })
    };
    let text = |text: String| -> Reply { Box::new(move || Response::new(text.clone().into())) };
    let valid = active(&json!({})).to_string();
    for (reply, cause) in [
        (status(302), "302"),
        (status(201), "201"),
        (status(400), "400"),
        (status(401), "check its id and secret"),
        (status(403), "check its id and secret"),
        (status(429), "429"),
        (status(500), "500"),
        (text(String::new()), "cannot be read"),
        (text("<html></html>".to_owned()), "cannot be read"),
        (text("[]".to_owned()), "cannot be read"),
        (text("{}".to_owned()), "`active` is missing"),
        (text(active(&json!({ "active": "true" })).to_string()), "`active` is not a Boolean"),
        (text(active(&json!({ "active": 1 })).to_string()), "`active` is not a Boolean"),
        (text(active(&json!({ "active": null })).to_string()), "`active` is missing"),
        (text(active(&json!({ "exp": "soon" })).to_string()), "wrong type"),
        (text(active(&json!({ "aud": 7 })).to_string()), "wrong type"),
        (text(valid[..valid.len() - 1].to_owned()), "cannot be read"),
        (text(format!("{valid}{}", " ".repeat(256 * 1024))), "longer than 262144 bytes"),
        (text("[".repeat(100_000)), "cannot be read"),
        (text(format!("{{\"active\":true,\"a\":{}", "[".repeat(100_000))), "cannot be read"),
    ] {
        let provider = answering(&json!({}));
        provider.serve(ENDPOINT, reply);
        let (answer, log) =
            capture_with_tasks(async { me(&app(introspected(&provider)), OPAQUE).await }).await;
        answer.assert_denied(503, "undecided", &[]);
        assert!(answer.header("retry-after").is_some());
        let [error] = errors(&log)[..] else { panic!("{cause}: {log:?}") };
        assert!(error.field("error").unwrap().contains(cause), "{cause}: {error:?}");
        assert_eq!(error.field("issuer"), Some(OLD));
        let log = format!("{log:?}");
        assert!(!log.contains("3di9bpkj9PbZ") && !log.contains("hush"), "{log}");
    }
}

#[tokio::test(start_paused = true)]
async fn endpoint_that_does_not_respond_is_an_outage() {
    let provider = answering(&active(&json!({})));
    provider.set_delay(Duration::MAX);
    let (app, log) = capture_with_tasks(async {
        let app = app(introspected(&provider));
        assert_eq!(me(&app, OPAQUE).await.status, 503);
        pass(seconds(1)).await;
        app
    })
    .await;
    assert!(errors(&log)[0].field("error").unwrap().contains("no response within 3 s"), "{log:?}");
    provider.set_delay(Duration::ZERO);
    pass(seconds(1)).await;
    assert_eq!(me(&app, OPAQUE).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn dead_endpoint_is_called_once_a_second_and_logged_every_ten() {
    let provider = answering(&active(&json!({})));
    provider.set_down(true);
    let tokens = AccessTokens::from(introspected(&provider)).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert!(tokens.health()[0].is_ready());
    let ((), log) = capture_with_tasks(async {
        for number in 0..200 {
            assert_eq!(me(&app, &format!("Bearer token{number}")).await.status, 503);
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    })
    .await;
    let calls = provider.asked(ENDPOINT);
    assert!((18..=21).contains(&calls), "{calls}");
    assert_eq!(errors(&log).len(), 2, "{log:?}");
    let health = &tokens.health()[0];
    assert!(
        health.is_failing && health.is_introspected && !health.has_keys && !health.is_ready(),
        "{health:?}"
    );
    provider.set_down(false);
    pass(seconds(1)).await;
    let (answer, log) = capture_with_tasks(async { me(&app, OPAQUE).await }).await;
    assert_eq!(answer.status, 200);
    assert!(log.iter().any(|event| event.level == tracing::Level::INFO), "{log:?}");
    assert!(tokens.health()[0].is_ready() && !tokens.health()[0].is_failing);
}

#[tokio::test(start_paused = true)]
async fn missing_metadata_is_asked_for_once_a_second() {
    use authgate::oauth::Introspection;
    let provider = Provider::default();
    let introspection = Introspection::discover().client("api", "secret");
    let app = app(Issuer::introspected(OLD, introspection).fetched_by(provider.clone()));
    let requests: Vec<_> = (0..100)
        .map(|number| {
            let app = app.clone();
            tokio::spawn(async move { me(&app, &format!("Bearer token{number}")).await.status.as_u16() })
        })
        .collect();
    for request in requests {
        assert_eq!(request.await.unwrap(), 503);
    }
    assert_eq!(provider.all_asked().len(), 2, "{provider:?}");
}

/// An attacker chooses tokens. One that an endpoint refuses must not lock out the others.
#[tokio::test(start_paused = true)]
async fn bad_request_for_one_token_stops_no_other() {
    for status in [400, 413, 422, 500] {
        let provider = answering(&json!({}));
        provider.serve_with(ENDPOINT, move |request| {
            if request.body().starts_with(b"token=odd&") {
                return Response::builder().status(status).body(Bytes::new()).unwrap();
            }
            Response::new(active(&json!({})).to_string().into())
        });
        let tokens = AccessTokens::from(introspected(&provider)).audience(AUDIENCE);
        let app = app_of(&tokens);
        for number in 0..3 {
            assert_eq!(me(&app, "Bearer odd").await.status, 503);
            assert!(tokens.health()[0].is_ready());
            assert_eq!(me(&app, &format!("Bearer token{number}")).await.status, 200);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn tokens_that_wait_for_the_endpoint_are_bounded() {
    let provider = answering(&active(&json!({})));
    provider.set_delay(Duration::from_millis(500));
    let app = app(introspected(&provider));
    let requests: Vec<_> = (0..1_000)
        .map(|number| {
            let app = app.clone();
            tokio::spawn(async move { me(&app, &format!("Bearer token{number}")).await })
        })
        .collect();
    let mut busy = 0;
    for request in requests {
        let answer = request.await.unwrap();
        if answer.status == 503 {
            assert_eq!(answer.reason(), "busy");
            busy += 1;
        }
    }
    assert_eq!((busy, provider.asked(ENDPOINT)), (744, 256));
}

struct Panics;

impl Fetch for Panics {
    async fn fetch(&self, _: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        panic!("a client with a mistake")
    }
}

#[tokio::test(start_paused = true)]
async fn client_that_panics_is_unavailable() {
    let app = app(Issuer::introspected(OLD, introspection()).fetched_by(Panics));
    for _ in 0..3 {
        assert_eq!(me(&app, OPAQUE).await.status, 503);
        pass(seconds(2)).await;
    }
}

/// A runtime that ends in the middle of a call must not block the token forever.
#[test]
fn call_of_a_stopped_runtime_is_made_again() {
    let provider = answering(&active(&json!({})));
    let app = app(introspected(&provider));
    provider.set_delay(Duration::MAX);
    for (delay, status) in [(Duration::MAX, 503), (Duration::ZERO, 200)] {
        provider.set_delay(delay);
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
        let early = async {
            tokio::select! {
                answer = me(&app, OPAQUE) => answer.status.as_u16(),
                () = tokio::time::sleep(seconds(1)) => 503,
            }
        };
        assert_eq!(runtime.block_on(early), status);
    }
}
