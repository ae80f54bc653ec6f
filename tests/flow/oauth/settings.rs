//! Settings that cannot work are errors when the gate is built.

use authgate::Gate;
use authgate::oauth::AccessTokens;
use authgate::scheme::{Algorithm, Bearer, Issuer, Keys};
use authgate_tests::app::User;
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET};

use super::{app, discovered, status};
use crate::events::capture::capture_with_tasks;

fn error(issuer: Issuer) -> String {
    let tokens = AccessTokens::from(issuer).audience(AUDIENCE);
    Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap_err().to_string()
}

#[tokio::test]
async fn issuer_that_can_never_be_fetched_is_a_configuration_error() {
    let provider = Provider::new(&[]);
    let issuer = |name: &str| Issuer::discover(name).fetched_by(provider.clone());
    let fixed = || Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap());
    for (issuer, expected) in [
        (issuer("http://id.example"), "does not start with `https://`"),
        (issuer("id.example"), "not an absolute URL"),
        (issuer("https://user:secret@id.example"), "user name"),
        (issuer("https://id.example#a"), "fragment"),
        (issuer(""), "empty"),
        (issuer(PROVIDER).reached_at("http://keycloak:8080"), "does not start with `https://`"),
        (issuer(PROVIDER).jwks_uri("http://keycloak/keys"), "does not start with `https://`"),
        (issuer(PROVIDER).dangerous(" ").plain_http(), "blank"),
        (fixed().reached_at("https://id.example"), "`reached_at` is for an issuer whose keys are fetched"),
        (issuer(PROVIDER).stale_for(std::time::Duration::ZERO), "`stale_for`"),
        (issuer(PROVIDER).stale_for(std::time::Duration::from_millis(1)), "`stale_for`"),
        (fixed().jwks_uri("https://id.example"), "Issuer::discover"),
        (Issuer::template("https://id.example/v2.0", ["a"]).fetched_by(provider.clone()), "in braces"),
    ] {
        let error = error(issuer);
        assert!(error.contains(expected), "{expected}: {error}");
        assert!(!error.contains("secret"), "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn plain_http_needs_a_reason_and_is_logged() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let inside = "http://keycloak:8080/.well-known/oauth-authorization-server";
    let metadata = serde_json::json!({ "issuer": PROVIDER, "jwks_uri": "http://keycloak:8080/keys" });
    provider.serve_json(inside, &metadata);
    provider.serve_json("http://keycloak:8080/keys", &serde_json::json!({ "keys": [key.jwk()] }));
    let (app, log) = capture_with_tasks(async {
        app(discovered(&provider)
            .reached_at("http://keycloak:8080")
            .dangerous("the network of the cluster is encrypted")
            .plain_http())
    })
    .await;
    let log = format!("{log:?}");
    assert_eq!(status(&app, &key).await, 200);
    assert!(log.contains("plain_http") && log.contains("the network of the cluster is encrypted"), "{log}");
}

#[tokio::test(start_paused = true)]
async fn algorithms_select_among_the_fetched_keys() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let only_rsa = app(discovered(&provider).algorithms([Algorithm::RS256]));
    assert_eq!(status(&only_rsa, &key).await, 503);
    let ed = app(discovered(&provider).algorithms([Algorithm::RS256, Algorithm::EdDSA]));
    assert_eq!(status(&ed, &key).await, 200);
}
