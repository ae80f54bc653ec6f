//! Metadata: where it is looked for, and documents that are not used.

use authgate::oauth::AccessTokens;
use authgate::scheme::Issuer;
use authgate_tests::provider::{JWKS, PROVIDER, Provider, SigningKey};
use authgate_tests::token::AUDIENCE;
use axum::body::Bytes;
use http::Response;
use serde_json::json;

use super::{app, app_of, discovered, me, seconds, settle, status};
use crate::events::capture::capture_with_tasks;

const METADATA: &str = "https://id.example/.well-known/openid-configuration";

#[tokio::test(start_paused = true)]
async fn metadata_is_looked_for_at_three_addresses() {
    let key = SigningKey::new("one");
    for (place, asked) in [
        ("https://id.example/.well-known/oauth-authorization-server/tenant", 1),
        ("https://id.example/.well-known/openid-configuration/tenant", 2),
        ("https://id.example/tenant/.well-known/openid-configuration", 3),
    ] {
        let provider = Provider::default();
        provider.serve_json(place, &json!({ "issuer": "https://id.example/tenant", "jwks_uri": JWKS }));
        provider.publish(&[&key]);
        let app = app(Issuer::discover("https://id.example/tenant").fetched_by(provider.clone()));
        let token = key.token(&json!({ "iss": "https://id.example/tenant" }));
        assert_eq!(me(&app, &format!("Bearer {token}")).await.status, 200, "{place}");
        assert_eq!(provider.all_asked().len(), asked + 1, "{place}");
    }
}

#[tokio::test(start_paused = true)]
async fn document_that_cannot_be_used_is_an_outage_with_its_cause_in_the_log() {
    let key = SigningKey::new("one");
    let redirect =
        || Response::builder().status(302).header("location", METADATA).body(Bytes::new()).unwrap();
    let long = || Response::new(Bytes::from(vec![b' '; 300 * 1024]));
    let deep = || Response::new(Bytes::from("[".repeat(100_000)));
    let text = |text: &'static str| move || Response::new(Bytes::from_static(text.as_bytes()));
    type Reply = Box<dyn Fn() -> Response<Bytes> + Send + Sync>;
    let cases: [(Reply, &str); 12] = [
        (Box::new(redirect), "302"),
        (Box::new(long), "longer than 262144 bytes"),
        (Box::new(deep), "not JSON"),
        (Box::new(text("<html></html>")), "not JSON"),
        (Box::new(text("")), "not JSON"),
        (Box::new(text("{}")), "no `issuer`"),
        (
            Box::new(text(r#"{"issuer":"https://id.example/","jwks_uri":"https://id.example/jwks"}"#)),
            "of another issuer",
        ),
        (Box::new(text(r#"{"issuer":"https://evil.example"}"#)), "of another issuer"),
        (Box::new(text(r#"{"issuer":"https://id.example"}"#)), "no `jwks_uri`"),
        (
            Box::new(text(r#"{"issuer":"https://id.example","jwks_uri":"http://id.example/jwks"}"#)),
            "https://",
        ),
        (Box::new(text(r#"{"issuer":"https://id.example","jwks_uri":"http://127.0.0.1/jwks"}"#)), "https://"),
        (
            Box::new(text(r#"{"issuer":"https://id.example","jwks_uri":"https://localhost/jwks"}"#)),
            "address of this machine",
        ),
    ];
    for (reply, cause) in cases {
        let provider = Provider::new(&[&key]);
        provider.serve(METADATA, reply);
        let (answer, log) = capture_with_tasks(async {
            let app = app(discovered(&provider));
            me(&app, &key.bearer()).await
        })
        .await;
        let log = format!("{log:?}");
        assert_eq!(answer.status, 503, "{cause}");
        assert!(log.contains(cause) && log.contains(PROVIDER), "{cause}: {log}");
        assert_eq!(provider.asked(JWKS), 0, "{cause}");
    }
}

#[tokio::test(start_paused = true)]
async fn keys_are_fetched_from_a_configured_address_without_metadata() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider).jwks_uri(JWKS));
    assert_eq!(status(&app, &key).await, 200);
    assert_eq!(provider.all_asked(), [JWKS]);
}

#[tokio::test(start_paused = true)]
async fn metadata_at_another_address_states_the_name_of_the_issuer() {
    let key = SigningKey::new("one");
    let inside = "https://keycloak.internal/.well-known/oauth-authorization-server";
    for (issuer, expected) in [(PROVIDER, 200), ("https://keycloak.internal", 503)] {
        let provider = Provider::new(&[&key]);
        provider.serve_json(inside, &json!({ "issuer": issuer, "jwks_uri": JWKS }));
        let app = app(discovered(&provider).reached_at("https://keycloak.internal"));
        assert_eq!(status(&app, &key).await, expected, "{issuer}");
        assert!(provider.asked(METADATA) == 0 && provider.asked(inside) == 1);
    }
}

#[tokio::test(start_paused = true)]
async fn several_gates_fetch_the_keys_of_an_issuer_once() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let issuer = discovered(&provider);
    let apps = [app(issuer.clone()), app_of(&AccessTokens::from(issuer).audience(AUDIENCE))];
    for app in &apps {
        assert_eq!(status(app, &key).await, 200);
    }
    assert_eq!(provider.asked(JWKS), 1);
}

#[tokio::test(start_paused = true)]
async fn issuer_of_a_dropped_gate_is_no_longer_asked() {
    let key = SigningKey::new("one");
    let provider = Provider::new(&[&key]);
    let app = app(discovered(&provider));
    assert_eq!(status(&app, &key).await, 200);
    drop(app);
    settle().await;
    tokio::time::sleep(seconds(10_000)).await;
    settle().await;
    assert_eq!(provider.asked(JWKS), 1);
}
