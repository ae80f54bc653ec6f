//! An issuer that is down, slow or broken.

use std::time::Duration;

use authgate::Gate;
use std::sync::{Arc, Mutex};

use authgate::oauth::{AccessTokens, BackendError, Fetch, IssuerEvent};
use authgate::scheme::{Answer, Bearer, Issuer, Keys, Wrapped};
use authgate_tests::app::User;
use authgate_tests::provider::{JWKS, PROVIDER, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use axum::body::Bytes;
use http::{Request, Response};
use serde_json::json;

use super::{app, app_of, discovered, me, pass, seconds, status};

#[tokio::test(start_paused = true)]
async fn service_starts_while_the_issuer_is_down() {
    for minutes in [0, 1, 60] {
        let key = SigningKey::new("one");
        let provider = Provider::new(&[&key]);
        provider.set_down(true);
        let app = app(discovered(&provider));
        let answer = me(&app, &key.bearer()).await;
        answer.assert_denied(503, "undecided", &[]);
        assert!(answer.header("retry-after").is_some());
        pass(seconds(60 * minutes)).await;
        provider.set_down(false);
        pass(seconds(1)).await;
        assert_eq!(status(&app, &key).await, 200, "after {minutes} minutes");
    }
}

#[tokio::test(start_paused = true)]
async fn known_keys_are_used_until_they_are_too_old() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(discovered(&provider).stale_for(seconds(3600))).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 200);
    provider.set_down(true);
    pass(seconds(3500)).await;
    assert_eq!(status(&app, &key).await, 200);
    let health = &tokens.health()[0];
    assert!(
        health.has_keys && health.is_failing && health.keys_age.is_some_and(|age| age >= seconds(3500)),
        "{health:?}"
    );
    pass(seconds(120)).await;
    assert_eq!(status(&app, &key).await, 503);
    assert!(!tokens.health()[0].has_keys);
    provider.set_down(false);
    pass(seconds(1)).await;
    assert_eq!(status(&app, &key).await, 200);
    assert!(tokens.health()[0].has_keys && !tokens.health()[0].is_failing);
}

#[tokio::test(start_paused = true)]
async fn failures_are_repeated_after_growing_pauses() {
    let provider = Provider::new(&[]);
    provider.set_down(true);
    let _app = app(discovered(&provider));
    let attempts =
        || provider.all_asked().iter().filter(|address| address.contains("authorization-server")).count();
    pass(seconds(10)).await;
    let first = attempts();
    assert!((3..=6).contains(&first), "{first}");
    pass(seconds(600)).await;
    let later = attempts() - first;
    assert!((18..=30).contains(&later), "{later}");
}

#[tokio::test(start_paused = true)]
async fn requests_cause_one_attempt_per_second_while_there_are_no_keys() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    provider.set_down(true);
    let app = app(discovered(&provider));
    pass(seconds(100)).await;
    let before = provider.all_asked().len();
    for _ in 0..100 {
        assert_eq!(status(&app, &key).await, 503);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    // Each attempt asks two addresses.
    let attempts = (provider.all_asked().len() - before) / 2;
    assert!((8..=11).contains(&attempts), "{attempts}");
}

#[tokio::test(start_paused = true)]
async fn slow_issuer_delays_no_other_request() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    provider.set_delay(Duration::MAX);
    let fixed = Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    let app = app_of(&AccessTokens::from(discovered(&provider)).and(fixed).audience(AUDIENCE));
    let other = format!("Bearer {}", token(&json!({})));
    let before = tokio::time::Instant::now();
    assert_eq!(me(&app, &other).await.status, 200);
    assert_eq!(before.elapsed(), Duration::ZERO);
    assert_eq!(status(&app, &key).await, 503);
    assert!(before.elapsed() <= seconds(3), "the timeout of the gate");
    provider.set_delay(Duration::ZERO);
    pass(seconds(5)).await;
    assert_eq!(status(&app, &key).await, 200);
}

#[tokio::test(start_paused = true)]
async fn keys_are_refreshed_before_they_are_old() {
    for (cache_control, least, most) in [
        (None, 470, 490),
        (Some("no-cache"), 470, 490),
        (Some("max-age=604800"), 2870, 2890),
        (Some("public, Max-Age=\"100\""), 75, 85),
        (Some("max-age=0"), 20, 26),
        (Some("max-age=-1"), 470, 490),
        (Some("max-age=99999999999999999999999"), 470, 490),
    ] {
        let key = SigningKey::new("one");
        let provider = Provider::new(&[&key]);
        let body = Bytes::from(json!({ "keys": [key.jwk()] }).to_string());
        provider.serve(JWKS, move || {
            let mut response = Response::new(body.clone());
            if let Some(value) = cache_control {
                response.headers_mut().insert("cache-control", value.parse().unwrap());
            }
            response
        });
        let app = app(discovered(&provider));
        assert_eq!(status(&app, &key).await, 200);
        pass(seconds(least)).await;
        assert_eq!(provider.asked(JWKS), 1, "{cache_control:?}");
        pass(seconds(most - least)).await;
        assert_eq!(provider.asked(JWKS), 2, "{cache_control:?}");
    }
}

struct Panics;

impl Fetch for Panics {
    async fn fetch(&self, _: Request<Bytes>) -> Result<Response<Bytes>, BackendError> {
        panic!("a client with a mistake")
    }
}

#[tokio::test(start_paused = true)]
async fn client_that_panics_is_unavailable() {
    let key = SigningKey::new("one");
    let app = app(Issuer::discover(PROVIDER).fetched_by(Panics));
    for _ in 0..3 {
        assert_eq!(status(&app, &key).await, 503);
        pass(seconds(2)).await;
    }
}

/// The service may be built before its runtime exists.
#[test]
fn keys_are_fetched_in_the_runtime_of_the_requests() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    for _ in 0..2 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        assert_eq!(runtime.block_on(status(&app, &key)), 200);
        let new = SigningKey::new("new");
        provider.publish(&[&key, &new]);
    }
}

#[tokio::test(start_paused = true)]
async fn gate_is_ready_once_it_has_the_keys_of_all_issuers() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    provider.set_down(true);
    let fixed = Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    let tokens = AccessTokens::from(discovered(&provider)).and(fixed).audience(AUDIENCE);
    for scheme in [Bearer::of(&tokens), Bearer::of(&tokens)] {
        let gate = Gate::<User>::builder()
            .scheme(Wrapped::new(scheme, |answer: Answer<User>, _| answer))
            .build()
            .unwrap();
        let ready = || gate.health().iter().map(|issuer| issuer.has_keys).collect::<Vec<_>>();
        assert_eq!(ready(), [provider.asked(JWKS) > 0, true]);
        provider.set_down(false);
        pass(seconds(2)).await;
        assert_eq!(ready(), [true, true]);
    }
}

/// A panic of an observer changes nothing.
#[tokio::test(start_paused = true)]
async fn observer_sees_fetches_failures_unknown_keys_and_the_end_of_the_keys() {
    let (key, unknown) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let observer = {
        let seen = Arc::clone(&seen);
        move |event: &IssuerEvent<'_>| {
            let text = match event {
                IssuerEvent::Fetched { keys, changed, .. } => format!("{keys} keys, changed: {changed}"),
                IssuerEvent::FetchFailed { error, keys_age, .. } => {
                    format!("{error}, {}", keys_age.is_some())
                }
                IssuerEvent::UnknownKey { in_cool_down, .. } => format!("unknown, {in_cool_down}"),
                IssuerEvent::KeysExpired { issuer } => format!("{issuer} expired"),
                _ => "another".to_owned(),
            };
            seen.lock().unwrap().push(text);
        }
    };
    let issuer = discovered(&provider).jwks_uri(JWKS).stale_for(seconds(600));
    let app = app(issuer.observe(|_| panic!("an observer with a mistake")).observe(observer));
    assert_eq!(status(&app, &key).await, 200);
    assert_eq!((status(&app, &unknown).await, status(&app, &unknown).await), (401, 401));
    provider.publish(&[&key, &unknown]);
    pass(seconds(500)).await;
    provider.set_down(true);
    pass(seconds(1000)).await;
    let seen = seen.lock().unwrap();
    let expected = [
        "1 keys, changed: true",
        "unknown, false",
        "1 keys, changed: false",
        "unknown, true",
        "2 keys, changed: true",
    ];
    assert_eq!(seen[..5], expected, "{seen:?}");
    let failed = |keys| format!("{JWKS}: connection refused, {keys}");
    assert_eq!(seen[5], failed(true));
    let end = seen.iter().position(|event| *event == format!("{PROVIDER} expired")).unwrap();
    assert!(seen[5..end].iter().all(|event| *event == failed(true)), "{seen:?}");
    assert!(seen[end + 1..].iter().all(|event| *event == failed(false)) && seen.len() > end + 1, "{seen:?}");
}

#[tokio::test(start_paused = true)]
async fn keys_that_are_never_too_old_are_still_refreshed() {
    let (key, new) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider).stale_for(Duration::MAX));
    assert_eq!(status(&app, &key).await, 200);
    provider.publish(&[&new]);
    pass(seconds(700)).await;
    assert_eq!(status(&app, &key).await, 401, "the key is withdrawn");
}

/// The keys of a service that moved to another runtime.
#[test]
fn keys_are_fetched_again_after_their_runtime_ended() {
    let (key, new) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let runtime = || {
        let mut builder = tokio::runtime::Builder::new_current_thread();
        builder.enable_all().start_paused(true).build().unwrap()
    };
    let first = runtime();
    let app = first.block_on(async {
        let app = app(discovered(&provider));
        assert_eq!(status(&app, &key).await, 200);
        app
    });
    drop(first);
    provider.publish(&[&new]);
    runtime().block_on(async {
        assert_eq!(status(&app, &new).await, 200);
        assert_eq!(status(&app, &key).await, 401);
    });
    let other = Provider::new(&[&key]);
    let first = runtime();
    let app = first.block_on(async {
        let app = super::app(discovered(&other));
        assert_eq!(status(&app, &key).await, 200);
        app
    });
    drop(first);
    other.publish(&[&new]);
    runtime().block_on(async {
        pass(seconds(700)).await;
        assert_eq!(status(&app, &key).await, 401, "the key is withdrawn");
    });
}
