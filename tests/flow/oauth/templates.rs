//! Issuers with several names: aliases, and names that contain the tenant.

use authgate::scheme::Issuer;
use authgate_tests::provider::{JWKS, Provider, SigningKey};
use serde_json::json;

use super::{app, me, pass, seconds};
use crate::events::capture::capture_with_tasks;

const ENTRA: &str = "https://login.example/{tenantid}/v2.0";

fn entra(keys: &serde_json::Value) -> Provider {
    let provider = Provider::default();
    let address = "https://login.example/.well-known/openid-configuration/common/v2.0";
    provider.serve_json(address, &json!({ "issuer": ENTRA, "jwks_uri": JWKS }));
    provider.serve_json(JWKS, &json!({ "keys": keys }));
    provider
}

async fn status(app: &axum::Router, key: &SigningKey, tenant: &str) -> u16 {
    let token = key.token(&json!({ "iss": ENTRA.replace("{tenantid}", tenant) }));
    me(app, &format!("Bearer {token}")).await.status.as_u16()
}

#[tokio::test(start_paused = true)]
async fn tenants_of_a_list_or_a_function_are_accepted() {
    let key = SigningKey::new("one");
    let provider = entra(&json!([key.jwk()]));
    for issuer in [
        Issuer::template(ENTRA, ["a", "b"]),
        Issuer::template_with(ENTRA, |tenant| tenant == "a" || tenant == "b"),
    ] {
        let app = app(issuer.fetched_by(provider.clone()));
        for (tenant, expected) in
            [("a", 200), ("b", 200), ("c", 401), ("{tenantid}", 401), ("a/b", 401), ("", 401), ("A", 401)]
        {
            assert_eq!(status(&app, &key, tenant).await, expected, "{tenant}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn key_with_an_issuer_of_its_own_verifies_only_its_tokens() {
    let (common, own) = (SigningKey::new("common"), SigningKey::new("own"));
    let with_issuer = |key: &SigningKey, issuer: &str| {
        let mut jwk = key.jwk();
        jwk["issuer"] = json!(issuer);
        jwk
    };
    let keys = json!([with_issuer(&common, ENTRA), with_issuer(&own, &ENTRA.replace("{tenantid}", "a"))]);
    let app = app(Issuer::template(ENTRA, ["a", "b"]).fetched_by(entra(&keys)));
    for (key, tenant, expected) in
        [(&common, "a", 200), (&common, "b", 200), (&own, "a", 200), (&own, "b", 401)]
    {
        assert_eq!(status(&app, key, tenant).await, expected, "{tenant}");
    }
}

#[tokio::test(start_paused = true)]
async fn aliases_share_the_keys() {
    let (key, new) = (SigningKey::new("one"), SigningKey::new("two"));
    let provider = Provider::new(&[&key]);
    let app = app(super::discovered(&provider).alias("id.example"));
    let token = |key: &SigningKey| format!("Bearer {}", key.token(&json!({ "iss": "id.example" })));
    assert_eq!(me(&app, &token(&key)).await.status, 200);
    provider.publish(&[&new]);
    assert_eq!(me(&app, &token(&new)).await.status, 200, "the alias finds the issuer to fetch from");
    pass(seconds(1)).await;
    assert_eq!(me(&app, &token(&key)).await.status, 401);
}

#[tokio::test(start_paused = true)]
async fn key_that_gets_an_issuer_of_its_own_is_bound_to_it() {
    let key = SigningKey::new("one");
    let provider = entra(&json!([key.jwk()]));
    let app = app(Issuer::template(ENTRA, ["a", "b"]).fetched_by(provider.clone()));
    assert_eq!(status(&app, &key, "b").await, 200);
    let mut own = key.jwk();
    own["issuer"] = json!(ENTRA.replace("{tenantid}", "a"));
    provider.serve_json(JWKS, &json!({ "keys": [own] }));
    pass(seconds(700)).await;
    assert_eq!((status(&app, &key, "a").await, status(&app, &key, "b").await), (200, 401));
}

/// Two tenants may use one subject for different callers.
#[tokio::test(start_paused = true)]
async fn template_warns_of_shared_subjects() {
    for (issuer, expected) in
        [(Issuer::template_with(ENTRA, |_| true), 1), (Issuer::discover("https://id.example"), 0)]
    {
        let provider = entra(&json!([]));
        let (_app, log) = capture_with_tasks(async { app(issuer.fetched_by(provider)) }).await;
        let warnings = log.iter().filter(|event| format!("{event:?}").contains("shared_subjects"));
        assert_eq!(warnings.count(), expected);
    }
}
