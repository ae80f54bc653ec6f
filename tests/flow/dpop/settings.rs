//! The settings of `Dpop`, and errors in them.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use authgate::oauth::{AccessTokens, BackendError, Dpop, InMemoryOnce, NonceKey, Once, ProtectedResource};
use authgate::scheme::{Issuer, Keys};
use authgate::{ConfigError, Gate, Router};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::ask;
use authgate_tests::dpop::{Client, ORIGIN};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, now};
use serde_json::{Value, json};

use super::{app, dpop, nonces, none, replay, tokens};

/// RFC 9728 section 2.
#[tokio::test]
async fn origin_is_that_of_the_protected_resources() {
    let keys = || Keys::hs256(SECRET).unwrap();
    let of = |urls: &[&str]| {
        let tokens = AccessTokens::from(Issuer::with_keys(ISSUER, keys())).audience(AUDIENCE);
        urls.iter().fold(tokens, |tokens, url| tokens.resource(ProtectedResource::at(*url)))
    };
    let gate = |scheme: Dpop| Gate::<User>::builder().scheme(scheme).build();
    let tokens = of(&["https://API.example/me", "https://api.example:443/reports"]);
    let gate_of_two = gate(Dpop::of(&tokens).replay(InMemoryOnce::new())).unwrap();
    let all: Router<App> = routes();
    let app = all.merge(tokens.metadata()).with_state(App { gate: gate_of_two, ran: Ran::default() });
    let client = Client::default();
    let token = client.token(&none());
    client.ask(&app, "GET /me", &token, &none()).await.assert_is(200, "vera");
    let answer = ask(&app, "GET /me", &[]).await;
    let metadata = "https://api.example/.well-known/oauth-protected-resource/me";
    assert!(answer.challenges()[0].to_lowercase().contains(&format!("resource_metadata=\"{metadata}\"")));
    let metadata = ask(&app, "GET /.well-known/oauth-protected-resource/me", &[]).await.body;
    let metadata: Value = serde_json::from_str(&metadata).unwrap();
    let algorithms = json!(["ES256", "EdDSA", "Ed25519", "RS256", "PS256"]);
    assert_eq!(metadata["dpop_signing_alg_values_supported"], algorithms);
    let two = of(&["https://api.example/me", "https://other.example/you"]);
    let error = gate(Dpop::of(&two).replay(InMemoryOnce::new())).unwrap_err();
    assert!(error.to_string().contains(".origin("), "{error}");
    assert!(gate(Dpop::of(&two).origin(ORIGIN).replay(InMemoryOnce::new())).is_ok());
}

#[test]
fn wrong_settings_are_config_errors() {
    let error = |scheme: Dpop| {
        let built: Result<Gate<User>, ConfigError> = Gate::builder().scheme(scheme).build();
        built.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let without = Dpop::of(&tokens()).replay(InMemoryOnce::new());
    assert!(error(without).contains(".origin("));
    for origin in ["", "api.example", "/mcp", "ftp://api.example", "https://user@api.example", "https://a b"]
    {
        let scheme = Dpop::of(&tokens()).origin(origin).replay(InMemoryOnce::new());
        assert!(error(scheme).contains(&format!("{origin:?}")), "{origin}");
    }
    assert!(error(replay().realm("")).contains("realm"));
    assert_eq!(error(replay().origin("http://127.0.0.1:3000/mcp")), "");
    assert!(NonceKey::new(b"short").is_err());
    assert!(!format!("{:?}", nonces()).contains("[7"));
}

/// A request that is recorded, and sent again after a restart of the service.
#[tokio::test]
async fn store_without_nonces_is_as_long_as_a_proof_is_accepted() {
    struct Until(Arc<std::sync::Mutex<Option<SystemTime>>>);
    impl Once for Until {
        async fn first(&self, _: &[u8; 32], until: SystemTime) -> Result<bool, BackendError> {
            *self.0.lock().unwrap() = Some(until);
            Ok(true)
        }
    }
    let (until, client) = (Arc::default(), Client::default());
    let app = app(dpop().replay(Until(Arc::clone(&until))));
    let token = client.token(&none());
    for iat in [now() - 200, now(), now() + 20] {
        client.ask(&app, "GET /me", &token, &json!({ "iat": iat })).await.assert_is(200, "vera");
        let until = until.lock().unwrap().unwrap();
        let window = until.duration_since(SystemTime::UNIX_EPOCH + Duration::from_secs(iat)).unwrap();
        assert!(window >= Duration::from_secs(330), "{window:?}");
    }
}

/// The leeway applies to the token, and to the clock of a client without nonces.
#[tokio::test]
async fn leeway_applies_to_tokens_and_proofs() {
    let client = Client::default();
    let with = |seconds| app(replay().leeway(Duration::from_secs(seconds)));
    for (leeway, expired, proof_in) in [(10, 5, 5), (100, 95, 95)] {
        let app = with(leeway);
        let token = client.token(&json!({ "exp": now() - expired }));
        client.ask(&app, "GET /me", &token, &json!({ "iat": now() + proof_in })).await.assert_is(200, "vera");
    }
    let app = with(10);
    let answer = client.ask(&app, "GET /me", &client.token(&json!({ "exp": now() - 20 })), &none()).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "credentials_expired"));
    let answer = client.ask(&app, "GET /me", &client.token(&none()), &json!({ "iat": now() + 20 })).await;
    assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (401, "proof_invalid"));
    let too_long = replay().leeway(Duration::from_secs(301));
    let built: Result<Gate<User>, ConfigError> = Gate::builder().scheme(too_long).build();
    assert!(built.unwrap_err().to_string().contains("301"));
}
