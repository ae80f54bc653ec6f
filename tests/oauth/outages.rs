//! Rotation and outages of the provider, as the resource server of the examples shows them.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

use crate::provider::Provider;
use crate::resource_server::ResourceServer;

/// Returns a service whose keys are there, and a token that it accepts.
async fn accepted(provider: &Provider) -> (ResourceServer, String) {
    let service = ResourceServer::of(provider.issuer()).await;
    let token = provider.token(&service.resource()).await;
    assert_eq!(service.me(&token).await.status, 200);
    (service, token)
}

/// Returns the token with another `kid`.
fn with_kid(token: &str, kid: &str) -> String {
    let (header, rest) = token.split_once('.').unwrap();
    let mut header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
    header["kid"] = json!(kid);
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header.to_string()))
}

async fn fetches(provider: &Provider) -> u64 {
    provider.control("/_hits").await["jwksHits"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn first_request_with_a_new_key_is_accepted() {
    let provider = Provider::start().await;
    let (service, old) = accepted(&provider).await;
    provider.control("/_rotate").await;
    let new = provider.token(&service.resource()).await;
    assert_eq!(service.me(&new).await.status, 200);
    assert_eq!(service.me(&old).await.status, 200);
    assert_eq!(fetches(&provider).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn random_kids_cause_at_most_one_fetch() {
    let provider = Provider::start().await;
    let (service, known) = accepted(&provider).await;
    let before = fetches(&provider).await;
    for round in 0..10 {
        let forged: Vec<_> = (0..100).map(|number| with_kid(&known, &format!("{round}-{number}"))).collect();
        let (forged, known) = tokio::join!(
            join_all(forged.iter().map(|token| service.me(token))),
            join_all((0..10).map(|_| service.me(&known)))
        );
        assert!(
            forged.iter().all(|answer| answer.status == 401 && answer.reason() == "credentials_rejected")
        );
        assert!(known.iter().all(|answer| answer.status == 200));
    }
    assert!(fetches(&provider).await <= before + 1);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn service_starts_while_the_provider_is_down() {
    let provider = Provider::start().await;
    let resource = "https://api.example/mcp";
    let token = provider.token(resource).await;
    provider.control("/_down").await;
    let variables = [("AUTHGATE_ISSUER", provider.issuer()), ("AUTHGATE_RESOURCE", resource)];
    let service = ResourceServer::with(&variables).await;
    assert_eq!(service.status("/ready").await, 503);
    let denied = service.me(&token).await;
    assert_eq!((denied.status, denied.reason().as_str()), (503, "undecided"));
    assert_eq!(denied.lines("retry-after").len(), 1);
    assert_eq!(service.status("/health").await, 200);

    provider.control("/_down").await;
    let accepted = async {
        while service.me(&token).await.status != 200 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(2), accepted).await.expect("200 within two seconds");
    assert_eq!(service.status("/ready").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn outage_affects_unknown_keys_only() {
    let provider = Provider::start().await;
    let (service, old) = accepted(&provider).await;
    provider.control("/_rotate").await;
    let new = provider.token(&service.resource()).await;
    provider.control("/_down").await;
    for _ in 0..3 {
        let denied = service.me(&new).await;
        assert_eq!((denied.status, denied.lines("retry-after").len()), (503, 1), "{}", denied.body);
        assert_eq!(service.me(&old).await.status, 200);
    }
    assert_eq!(service.status("/ready").await, 200);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn tokens_of_a_withdrawn_key_are_rejected() {
    let provider = Provider::start().await;
    let (service, old) = accepted(&provider).await;
    // Verified twice, so that it is in the cache.
    assert_eq!(service.me(&old).await.status, 200);
    provider.control("/_rotate").await;
    provider.control("/_retire").await;
    let new = provider.token(&service.resource()).await;
    assert_eq!(service.me(&new).await.status, 200);
    let denied = service.me(&old).await;
    assert_eq!((denied.status, denied.reason().as_str()), (401, "credentials_rejected"));
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn slow_provider_delays_no_other_request() {
    let provider = Provider::start().await;
    let (service, old) = accepted(&provider).await;
    provider.control("/_rotate").await;
    let new = provider.token(&service.resource()).await;
    provider.control("/_delay/5000").await;
    let denied = async {
        let denied = timeout(Duration::from_secs(4), service.me(&new)).await;
        denied.expect("an answer before the provider answers")
    };
    let others = timeout(Duration::from_secs(2), join_all((0..50).map(|_| service.me(&old))));
    let (denied, others) = tokio::join!(denied, others);
    assert_eq!((denied.status, denied.lines("retry-after").len()), (503, 1));
    assert!(others.expect("answers of known keys").iter().all(|answer| answer.status == 200));
}
