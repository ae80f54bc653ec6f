//! `HttpClient` with the provider.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::provider::Provider;

#[tokio::test]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn fetches_documents_keys_and_tokens() {
    let provider = Provider::start().await;
    for name in ["openid-configuration", "oauth-authorization-server"] {
        let document = provider.control(&format!("/.well-known/{name}")).await;
        assert_eq!(document["issuer"], provider.issuer());
        assert_eq!(document["jwks_uri"], format!("{}/jwks", provider.issuer()));
    }

    let kid = async || {
        let token = provider.token("https://api.example/").await;
        let (header, _) = token.split_once('.').unwrap();
        let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap()).unwrap();
        assert_eq!(header["typ"], "at+jwt");
        header["kid"].clone()
    };
    let has_key = async |kid: &Value| {
        let keys = provider.control("/jwks").await;
        keys["keys"].as_array().unwrap().iter().any(|key| key["kid"] == *kid)
    };
    let old = kid().await;
    assert!(has_key(&old).await);
    provider.control("/_rotate").await;
    let new = kid().await;
    assert_ne!(new, old);
    assert!(has_key(&new).await && has_key(&old).await);
    provider.control("/_retire").await;
    assert!(has_key(&new).await && !has_key(&old).await);
    let hits = json!({ "jwksHits": 5, "discoveryHits": 2, "introspectionHits": 0 });
    assert_eq!(provider.control("/_hits").await, hits);
}

#[tokio::test]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn introspects_opaque_token() {
    let provider = Provider::start().await;
    let token = provider.token("https://opaque.example/").await;
    assert!(!token.contains('.'));
    // Tokens outlive a change of keys.
    provider.control("/_rotate").await;
    for (token, is_active) in [(token, true), ("unknown".to_owned(), false)] {
        let response =
            provider.post("/token/introspection", "api:api-secret", format!("token={token}")).await;
        let answer: Value = serde_json::from_slice(response.body()).unwrap();
        assert_eq!(answer["active"], is_active);
    }
}
