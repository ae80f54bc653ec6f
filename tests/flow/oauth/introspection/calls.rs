//! The request to the endpoint.

use std::sync::{Arc, Mutex};

use authgate::oauth::Introspection;
use authgate_tests::provider::Provider;
use axum::body::Bytes;
use http::{Method, Request, Response};
use serde_json::json;

use super::{ENDPOINT, OLD, OPAQUE, active, answering, app, introspected, introspection, me};
use authgate::scheme::Issuer;

/// Returns the request that an application sends.
async fn sent(provider: &Provider, introspection: Introspection) -> Request<Bytes> {
    let sent = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&sent);
    provider.serve_with(ENDPOINT, move |request| {
        *seen.lock().unwrap() = Some(request.clone());
        Response::new(active(&json!({})).to_string().into())
    });
    let issuer = Issuer::introspected(OLD, introspection).fetched_by(provider.clone());
    me(&app(issuer), OPAQUE).await.assert_is(200, "vera");
    sent.lock().unwrap().take().unwrap()
}

#[tokio::test(start_paused = true)]
async fn token_is_posted_as_a_form_with_the_client_in_the_authorization_field() {
    let provider = answering(&json!({}));
    let request = sent(&provider, introspection()).await;
    let field = |name: &str| request.headers().get(name).unwrap().to_str().unwrap();
    assert_eq!((request.method(), request.uri().to_string().as_str()), (&Method::POST, ENDPOINT));
    assert_eq!(field("content-type"), "application/x-www-form-urlencoded");
    assert_eq!(field("accept"), "application/json");
    // `api:hush+hush`: RFC 6749 section 2.3.1.
    assert_eq!(field("authorization"), "Basic YXBpOmh1c2graHVzaA==");
    assert!(request.headers()["authorization"].is_sensitive());
    let token = "token=3di9bpkj9PbZ.-_%7E%2B%2F%3D%3D&token_type_hint=access_token";
    assert_eq!(std::str::from_utf8(request.body()).unwrap(), token);
    assert_eq!(provider.all_asked(), [ENDPOINT], "a configured endpoint needs no metadata");
}

#[tokio::test(start_paused = true)]
async fn client_can_be_sent_in_the_body() {
    let introspection = Introspection::at(ENDPOINT).client("a&b", "c=d").client_secret_post();
    let request = sent(&answering(&json!({})), introspection).await;
    assert!(request.headers().get("authorization").is_none());
    let body = std::str::from_utf8(request.body()).unwrap();
    assert!(body.ends_with("&client_id=a%26b&client_secret=c%3Dd"), "{body}");
}

#[tokio::test(start_paused = true)]
async fn endpoint_is_taken_from_the_metadata_once() {
    let provider = answering(&active(&json!({})));
    let introspection = Introspection::discover().client("api", "secret");
    let app = app(Issuer::introspected(OLD, introspection).fetched_by(provider.clone()));
    for token in ["a", "b", "c"] {
        me(&app, &format!("Bearer {token}")).await.assert_is(200, "vera");
    }
    assert_eq!((provider.asked(ENDPOINT), provider.all_asked().len()), (3, 4));
}

#[tokio::test(start_paused = true)]
async fn endpoint_of_the_metadata_obeys_the_rules_for_addresses() {
    for endpoint in
        [json!("http://old.example/introspect"), json!("http://127.0.0.1/introspect"), json!(7), json!(null)]
    {
        let provider = answering(&active(&json!({})));
        let metadata = json!({ "issuer": OLD, "introspection_endpoint": endpoint });
        provider.serve_json("https://old.example/.well-known/oauth-authorization-server", &metadata);
        let introspection = Introspection::discover().client("api", "secret");
        let app = app(Issuer::introspected(OLD, introspection).fetched_by(provider.clone()));
        assert_eq!(me(&app, OPAQUE).await.status, 503, "{endpoint}");
        assert_eq!(provider.all_asked().len(), 1, "{endpoint}");
    }
}

#[test]
fn secret_is_not_formatted() {
    let issuer = introspected(&Provider::default());
    let tokens = authgate::oauth::AccessTokens::from(issuer.clone()).audience("a");
    let all = format!("{:?} {issuer:?} {tokens:?}", introspection());
    assert!(!all.contains("hush hush") && !all.contains("hush+hush") && all.contains(ENDPOINT), "{all}");
}
