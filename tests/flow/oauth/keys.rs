//! Rotation: unknown keys, withdrawn keys, and keys with the id of another.

use authgate::oauth::AccessTokens;
use authgate_tests::provider::{JWKS, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, token};
use serde_json::json;

use super::{app, cached_app, discovered, me, pass, seconds, settle, status};

#[tokio::test(start_paused = true)]
async fn first_request_waits_for_the_keys() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    me(&app, &key.bearer()).await.assert_is(200, "vera");
    me(&app, &key.bearer()).await.assert_is(200, "vera");
    assert_eq!(provider.asked(JWKS), 1);
}

#[tokio::test(start_paused = true)]
async fn first_request_with_a_new_key_is_allowed() {
    let (old, new) = (SigningKey::new("old"), SigningKey::new("new"));
    let provider = Provider::new(&[&old]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &old).await, 200);
    provider.publish(&[&new, &old]);
    assert_eq!((status(&app, &new).await, status(&app, &old).await), (200, 200));
    assert_eq!(provider.asked(JWKS), 2);
}

#[tokio::test(start_paused = true)]
async fn random_key_ids_cause_one_fetch_in_thirty_seconds() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
    for round in 1..=3 {
        let asked = (0..200).map(|number| {
            let app = app.clone();
            tokio::spawn(async move { status(&app, &SigningKey::new(&format!("random {number}"))).await })
        });
        for answer in asked.collect::<Vec<_>>() {
            assert_eq!(answer.await.unwrap(), 401);
        }
        assert_eq!(status(&app, &key).await, 200);
        assert_eq!(provider.asked(JWKS), 1 + round);
        pass(seconds(31)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_key_is_unavailable_if_the_last_fetch_failed() {
    let (key, unknown) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
    provider.set_down(true);
    for _ in 0..3 {
        let answer = me(&app, &unknown.bearer()).await;
        answer.assert_denied(503, "undecided", &[]);
        assert!(answer.header("retry-after").is_some());
    }
    assert_eq!(status(&app, &key).await, 200);
}

#[tokio::test(start_paused = true)]
async fn token_of_another_issuer_causes_no_fetch() {
    let (key, foreign) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
    let asked = provider.all_asked();
    for iss in [json!("https://evil.example"), json!("http://169.254.169.254/"), json!(7), json!(null)] {
        let token = format!("Bearer {}", foreign.token(&json!({ "iss": iss })));
        assert_eq!(me(&app, &token).await.status, 401, "{iss}");
    }
    for token in ["Bearer a.b.c".to_owned(), "Bearer x".to_owned(), format!("Bearer {}", token(&json!({})))] {
        assert_eq!(me(&app, &token).await.status, 401, "{token}");
    }
    settle().await;
    assert_eq!(provider.all_asked(), asked);
}

#[tokio::test(start_paused = true)]
async fn withdrawn_key_is_rejected_also_for_a_cached_token() {
    let (old, new) = (SigningKey::new("old"), SigningKey::new("new"));
    let provider = Provider::new(&[&old, &new]);
    let tokens = AccessTokens::from(discovered(&provider)).audience(AUDIENCE);
    let app = cached_app(&tokens);
    let cached = old.bearer();
    assert_eq!(
        (me(&app, &cached).await.status, me(&app, &cached).await.status.as_u16()),
        (http::StatusCode::OK, 200)
    );
    provider.publish(&[&new]);
    pass(seconds(600)).await;
    assert_eq!(me(&app, &cached).await.status, 401);
    assert_eq!(status(&app, &new).await, 200);
}

#[tokio::test(start_paused = true)]
async fn new_key_with_the_id_of_the_old_one_is_fetched_after_a_bad_signature() {
    let (old, new) = (SigningKey::new("same"), SigningKey::new("same"));
    let provider = Provider::new(&[&old]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &old).await, 200);
    provider.publish(&[&new]);
    assert_eq!(status(&app, &new).await, 401, "it is fetched in the background");
    settle().await;
    assert_eq!((status(&app, &new).await, status(&app, &old).await), (200, 401));
    assert_eq!(provider.asked(JWKS), 2);
}

#[tokio::test(start_paused = true)]
async fn unusable_set_keeps_the_old_keys() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
    for set in
        [json!({ "keys": [] }), json!({ "keys": [{ "kty": "oct", "k": "c2VjcmV0" }] }), json!([]), json!({})]
    {
        provider.serve_json(JWKS, &set);
        pass(seconds(600)).await;
        assert_eq!(status(&app, &key).await, 200, "{set}");
    }
}

#[tokio::test(start_paused = true)]
async fn unusable_keys_beside_a_good_one_are_skipped() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let weak = json!({ "kty": "RSA", "kid": "weak", "n": "AQAB", "e": "AQAB" });
    let secret = json!({ "kty": "oct", "kid": "secret", "k": "c2VjcmV0" });
    let unknown = json!({ "kty": "AKP", "kid": "new" });
    provider.serve_json(JWKS, &json!({ "keys": [weak, secret, unknown, 7, key.jwk()] }));
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
}
