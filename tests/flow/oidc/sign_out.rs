//! Signing out here and at the provider (OpenID Connect RP-Initiated Logout 1.0 section 2).

use authgate_tests::jar::Jar;
use authgate_tests::session::Mood;
use serde_json::json;

use super::world::{SESSION, Site, parsed};

#[tokio::test(start_paused = true)]
async fn user_is_signed_out_here_and_then_at_the_provider() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    let mut stolen = jar.clone();
    let answer = jar.post(&site.app, "/logout", "").await;
    assert_eq!(answer.status, 303);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let (endpoint, query) = answer.header("location").unwrap().split_once('?').unwrap();
    assert_eq!(endpoint, "https://id.example/logout");
    let query = parsed(query);
    assert_eq!(query["id_token_hint"].split('.').count(), 3);
    assert_eq!(query["client_id"], "web");
    assert_eq!(query["post_logout_redirect_uri"], "https://app.example/");
    assert_eq!(query.len(), 3);
    assert!(jar.get(SESSION).is_none());
    assert_eq!(site.status(&mut stolen, "GET /me").await, 401);
    assert_eq!(site.store.sessions(), 0);
}

/// A second logout, as in another tab, is not an error.
#[tokio::test(start_paused = true)]
async fn logout_without_a_session_goes_to_the_provider() {
    let site = Site::new();
    let answer = Jar::default().post(&site.app, "/logout", "").await;
    let location = answer.header("location").unwrap();
    assert!(location.starts_with("https://id.example/logout?client_id=web&"), "{location}");
}

#[tokio::test(start_paused = true)]
async fn user_is_signed_out_while_the_provider_is_down() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    tokio::time::sleep(std::time::Duration::from_secs(2 * 60 * 60)).await;
    site.idp.provider.set_down(true);
    assert_eq!(jar.post(&site.app, "/logout", "").await.status, 303);
    assert_eq!(site.store.sessions(), 0);

    let site = Site::new();
    site.idp.provider.set_down(true);
    let answer = Jar::default().post(&site.app, "/logout", "").await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, Some("/")));
}

#[tokio::test(start_paused = true)]
async fn provider_without_a_logout_endpoint_is_not_visited() {
    for endpoint in [json!(null), json!("http://id.example/logout"), json!("javascript:alert(1)")] {
        let site = Site::new();
        let mut metadata = super::world::metadata();
        metadata["end_session_endpoint"] = endpoint;
        site.idp.describe(&metadata);
        let mut jar = site.signed_in().await;
        assert_eq!(jar.post(&site.app, "/logout", "").await.header("location"), Some("/"));
        assert_eq!(site.store.sessions(), 0);
    }
}

/// Servers limit the length of addresses.
#[tokio::test(start_paused = true)]
async fn long_id_token_is_not_a_hint() {
    let site = Site::new();
    let mut jar = Jar::default();
    site.sign_in(&mut jar, "", &json!({ "groups": "a".repeat(5000) })).await;
    assert_eq!(site.status(&mut jar, "GET /me").await, 200);
    let answer = jar.post(&site.app, "/logout", "").await;
    assert!(!answer.header("location").unwrap().contains("id_token_hint"));
}

#[tokio::test(start_paused = true)]
async fn session_store_that_fails_is_503() {
    let site = Site::new();
    let mut jar = site.signed_in().await;
    for mood in [Mood::CannotLoad, Mood::CannotWrite] {
        site.store.be(mood);
        assert_eq!(jar.post(&site.app, "/logout", "").await.status, 503, "{mood:?}");
    }
    site.store.be(Mood::Well);
    assert_eq!(site.status(&mut jar, "GET /me").await, 200, "still signed in");
}
