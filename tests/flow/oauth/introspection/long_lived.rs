//! Connections that outlive their request.

use authgate::oauth::AccessTokens;
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Gate, Router, routing::get};
use authgate_tests::app::User;
use authgate_tests::provider::{Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, now};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

use super::{ENDPOINT, OPAQUE, active, answering, introspected, introspection, me};
use crate::oauth::{discovered, pass, seconds};

async fn connection(user: Authenticated<User>) -> &'static str {
    user.expired().await;
    "ended"
}

fn connect(issuer: Issuer, authorization: String) -> JoinHandle<String> {
    let tokens = AccessTokens::from(issuer).audience(AUDIENCE);
    let gate = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let app = Router::new().route("/me", get(connection)).with_state(gate);
    tokio::spawn(async move { me(&app, &authorization).await.body })
}

async fn ends_after_revocation(provider: &Provider, issuer: Issuer, authorization: String) {
    let connection = connect(issuer, authorization);
    pass(seconds(60)).await;
    assert!(!connection.is_finished());
    provider.serve_json(ENDPOINT, &json!({ "active": false }));
    pass(seconds(41)).await;
    assert!(connection.is_finished());
    assert_eq!(connection.await.unwrap(), "ended");
}

#[tokio::test(start_paused = true)]
async fn connection_ends_when_the_token_is_revoked_at_its_issuer() {
    let provider = answering(&active(&json!({})));
    ends_after_revocation(&provider, introspected(&provider), OPAQUE.to_owned()).await;
    assert!(provider.asked(ENDPOINT) <= 5, "the answers are cached");
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    provider.serve_json(ENDPOINT, &json!({ "active": true }));
    let issuer = discovered(&provider).introspection(introspection()).introspect_jwts();
    ends_after_revocation(&provider, issuer, key.bearer()).await;
}

#[tokio::test(start_paused = true)]
async fn connection_ends_when_the_token_expires() {
    let ended = |over: Value| async move {
        let provider = answering(&active(&over));
        let connection = connect(introspected(&provider), OPAQUE.to_owned());
        pass(seconds(60)).await;
        connection.is_finished()
    };
    // Accepted within the leeway, and already expired without it.
    assert!(ended(json!({ "exp": now() - 5 })).await);
    assert!(!ended(json!({})).await);
}

#[tokio::test(start_paused = true)]
async fn connection_outlives_a_short_outage() {
    let provider = answering(&active(&json!({})));
    let connection = connect(introspected(&provider), OPAQUE.to_owned());
    pass(seconds(25)).await;
    provider.set_down(true);
    pass(seconds(20)).await;
    provider.set_down(false);
    pass(seconds(60)).await;
    assert!(!connection.is_finished());
}
