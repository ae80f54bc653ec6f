//! Issuers that are added and removed while the service runs.

use authgate::oauth::AccessTokens;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Issuer, Keys};
use authgate::{Authenticated, Gate, Router, routing::get};
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use serde_json::json;

use super::{app_of, discovered, me, status};

fn fixed() -> Issuer {
    Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap())
}

#[tokio::test(start_paused = true)]
async fn issuer_is_trusted_from_its_addition_to_its_removal() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 401);
    for _ in 0..2 {
        tokens.add(discovered(&provider)).unwrap();
        assert_eq!(status(&app, &key).await, 200);
        assert!(tokens.remove(PROVIDER) && !tokens.remove(PROVIDER));
        assert_eq!(status(&app, &key).await, 401);
    }
    let own = format!("Bearer {}", token(&json!({})));
    assert_eq!(me(&app, &own).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn issuer_that_cannot_be_distinguished_is_not_added() {
    let provider = Provider::new(&[]);
    let tokens = AccessTokens::from(fixed()).audience(AUDIENCE);
    let app = app_of(&tokens);
    for (issuer, expected) in [
        (fixed(), "trusted twice"),
        (Issuer::with_keys("https://other.example", Keys::hs256(SECRET).unwrap()), "a key in common"),
        (Issuer::discover("http://other.example").fetched_by(provider.clone()), "https://"),
        (Issuer::discover("").fetched_by(provider.clone()), "empty"),
    ] {
        let error = tokens.add(issuer).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
    assert_eq!(tokens.health().len(), 1);
    assert_eq!(me(&app, &format!("Bearer {}", token(&json!({})))).await.status, 200);
}

/// Two issuers with a key in common could sign for each other.
#[tokio::test(start_paused = true)]
async fn fetched_key_of_another_issuer_is_not_used() {
    let (key, other) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let copy = Provider::default();
    let metadata = json!({ "issuer": "https://copy.example", "jwks_uri": "https://copy.example/jwks" });
    copy.serve_json("https://copy.example/.well-known/oauth-authorization-server", &metadata);
    copy.serve_json("https://copy.example/jwks", &json!({ "keys": [other.jwk(), key.jwk()] }));
    let tokens = AccessTokens::from(discovered(&provider)).audience(AUDIENCE);
    let app = app_of(&tokens);
    assert_eq!(status(&app, &key).await, 200);
    tokens.add(Issuer::discover("https://copy.example").fetched_by(copy)).unwrap();
    let forged = format!("Bearer {}", key.token(&json!({ "iss": "https://copy.example" })));
    assert_eq!(me(&app, &forged).await.status, 503);
    assert_eq!(status(&app, &key).await, 200);
}

#[derive(Clone, authgate::Principal, serde::Deserialize)]
struct Caller {
    #[principal(id)]
    sub: String,
}

async fn name(caller: Authenticated<Caller>) -> String {
    caller.sub.clone()
}

#[tokio::test(start_paused = true)]
async fn removal_ends_cached_tokens() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let tokens = AccessTokens::from(fixed()).and(discovered(&provider)).audience(AUDIENCE);
    let scheme = Bearer::of(&tokens).cached(CacheSize::mebibytes(1));
    let gate = Gate::<Caller>::builder().scheme(scheme).build().unwrap();
    let app = Router::new().route("/me", get(name)).with_state(gate);
    let authorization = key.bearer();
    for _ in 0..2 {
        assert_eq!(me(&app, &authorization).await.status, 200);
    }
    assert!(tokens.remove(PROVIDER));
    assert_eq!(me(&app, &authorization).await.status, 401);
}
