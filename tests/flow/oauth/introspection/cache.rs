//! Cached answers, and one call at a time per token.

use std::time::Duration;

use authgate::oauth::Introspection;
use authgate::scheme::Issuer;
use serde_json::json;

use super::{ENDPOINT, OLD, OPAQUE, active, answering, app, introspected, introspection, me};
use crate::oauth::{pass, seconds};

#[tokio::test(start_paused = true)]
async fn many_requests_with_one_token_cause_one_call_in_thirty_seconds() {
    let provider = answering(&active(&json!({})));
    provider.set_delay(seconds(1));
    let app = app(introspected(&provider));
    for round in 1..=3 {
        let requests: Vec<_> = (0..10_000)
            .map(|_| {
                let app = app.clone();
                tokio::spawn(async move { me(&app, OPAQUE).await.status.as_u16() })
            })
            .collect();
        for request in requests {
            assert_eq!(request.await.unwrap(), 200);
        }
        pass(seconds(28)).await;
        assert_eq!(me(&app, OPAQUE).await.status, 200);
        assert_eq!(provider.asked(ENDPOINT), round);
        pass(seconds(2)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn revoked_token_is_rejected_within_the_time_of_the_cache() {
    for (introspection, time) in [
        (introspection(), 30),
        (introspection().cached_for(seconds(5)), 5),
        (introspection().cached_for(seconds(0)), 0),
    ] {
        let provider = answering(&active(&json!({})));
        let app = app(Issuer::introspected(OLD, introspection).fetched_by(provider.clone()));
        assert_eq!(me(&app, OPAQUE).await.status, 200);
        provider.serve_json(ENDPOINT, &json!({ "active": false }));
        if time > 0 {
            pass(seconds(time - 1)).await;
            assert_eq!(me(&app, OPAQUE).await.status, 200, "{time}");
            pass(seconds(1)).await;
        }
        assert_eq!(me(&app, OPAQUE).await.status, 401, "{time}");
    }
}

#[tokio::test(start_paused = true)]
async fn inactive_token_is_asked_about_once_a_second() {
    let provider = answering(&json!({ "active": false }));
    let app = app(introspected(&provider));
    for _ in 0..100 {
        assert_eq!(me(&app, OPAQUE).await.status, 401);
    }
    assert_eq!(provider.asked(ENDPOINT), 1);
    provider.serve_json(ENDPOINT, &active(&json!({})));
    pass(Duration::from_millis(1001)).await;
    assert_eq!(me(&app, OPAQUE).await.status, 200);
    assert_eq!(provider.asked(ENDPOINT), 2);
}

#[tokio::test(start_paused = true)]
async fn tokens_have_answers_of_their_own() {
    let provider = answering(&json!({}));
    provider.serve_with(ENDPOINT, |request| {
        let is_good = request.body().starts_with(b"token=good&");
        let answer = if is_good { active(&json!({})) } else { json!({ "active": false }) };
        http::Response::new(answer.to_string().into())
    });
    let app = app(introspected(&provider));
    for _ in 0..2 {
        for (token, status) in [("good", 200), ("Good", 401), ("goo", 401), ("good=", 401)] {
            assert_eq!(me(&app, &format!("Bearer {token}")).await.status, status, "{token}");
        }
    }
}

/// Two issuers may issue the same token.
#[tokio::test(start_paused = true)]
async fn issuers_have_caches_of_their_own() {
    let (one, two) = (answering(&active(&json!({}))), answering(&json!({ "active": false })));
    for (provider, status) in [(&one, 200), (&two, 401)] {
        assert_eq!(me(&app(introspected(provider)), OPAQUE).await.status, status);
    }
}

#[tokio::test(start_paused = true)]
async fn clones_of_an_issuer_share_its_answers_but_not_its_audience() {
    let provider = answering(&active(&json!({})));
    let issuer = introspected(&provider);
    assert_eq!(me(&app(issuer.clone()), OPAQUE).await.status, 200);
    assert_eq!(me(&app(issuer.clone().audience("https://other.example")), OPAQUE).await.status, 401);
    assert_eq!(me(&app(issuer), OPAQUE).await.status, 200);
    assert_eq!(provider.asked(ENDPOINT), 1);
}

#[tokio::test(start_paused = true)]
async fn waiting_request_ends_with_the_timeout_of_the_gate_and_the_call_goes_on() {
    let provider = answering(&active(&json!({})));
    provider.set_delay(Duration::from_millis(2_500));
    let introspection = Introspection::discover().client("api", "secret");
    let app = app(Issuer::introspected(OLD, introspection).fetched_by(provider.clone()));
    let before = tokio::time::Instant::now();
    me(&app, OPAQUE).await.assert_denied(503, "undecided", &[]);
    assert!(before.elapsed() <= seconds(3));
    pass(seconds(3)).await;
    provider.set_down(true);
    assert_eq!(me(&app, OPAQUE).await.status, 200);
}
