//! Opaque tokens of the provider, which are introspected (RFC 7662).

use std::time::{Duration, Instant};

use authgate::oauth::{AccessTokens, Fetch as _, HttpClient, Introspection};
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Gate, Router, routing::get};
use authgate_tests::http::Server;
use axum::body::Bytes;
use axum::http::Request;
use futures_util::future::join_all;
use tokio::time::{sleep, timeout};

use crate::http_client::CA;
use crate::provider::Provider;
use crate::resource_server::ResourceServer;

const OPAQUE: &str = "https://opaque.example/mcp";

async fn service(provider: &Provider, client: &str) -> ResourceServer {
    ResourceServer::with(&[
        ("AUTHGATE_ISSUER", provider.issuer()),
        ("AUTHGATE_RESOURCE", OPAQUE),
        ("AUTHGATE_INTROSPECTION", client),
    ])
    .await
}

async fn calls(provider: &Provider) -> u64 {
    provider.control("/_hits").await["introspectionHits"].as_u64().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn ten_thousand_requests_cause_one_call_in_thirty_seconds() {
    let provider = Provider::start().await;
    let service = service(&provider, "api:api-secret").await;
    let token = provider.token(OPAQUE).await;
    let client = HttpClient::with_root_certificates(CA).unwrap();
    let start = Instant::now();
    let requests = (0..20).map(async |_| {
        for _ in 0..500 {
            let request = Request::get(format!("{}/me", service.url()));
            let request = request.header("authorization", format!("Bearer {token}")).body(Bytes::new());
            let response = client.fetch(request.unwrap()).await.unwrap();
            assert_eq!(response.status(), 200);
        }
    });
    join_all(requests).await;
    let allowed = 1 + start.elapsed().as_secs() / 30;
    let made = calls(&provider).await;
    assert!((1..=allowed).contains(&made), "{made} calls");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn outage_of_the_endpoint_affects_unknown_tokens_only() {
    let provider = Provider::start().await;
    let service = service(&provider, "api:api-secret").await;
    let known = provider.token(OPAQUE).await;
    let me = service.me(&known).await;
    // The client is the caller, because the answer has no `sub`.
    assert!(me.status == 200 && me.body.contains(r#""client_id":"service""#), "{}", me.body);
    assert!(me.body.contains(r#""sub":"service""#), "{}", me.body);
    let unknown = provider.token(OPAQUE).await;
    provider.control("/_down").await;
    let denied = service.me(&unknown).await;
    assert_eq!((denied.status, denied.lines("retry-after").len()), (503, 1), "{}", denied.body);
    assert_eq!(service.me(&known).await.status, 200);
    provider.control("/_down").await;
    let accepted = async {
        while service.me(&unknown).await.status != 200 {
            sleep(Duration::from_millis(100)).await;
        }
    };
    timeout(Duration::from_secs(10), accepted).await.expect("200 after the outage");
    assert_eq!(service.me("unknown").await.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn wrong_secret_is_no_fault_of_the_caller() {
    let provider = Provider::start().await;
    let service = service(&provider, "api:wrong").await;
    let denied = service.me(&provider.token(OPAQUE).await).await;
    assert_eq!((denied.status, denied.reason().as_str()), (503, "undecided"));
}

#[derive(authgate::Principal, serde::Deserialize)]
struct User {
    #[principal(id)]
    sub: String,
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

/// JWTs and opaque tokens of one issuer.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Node.js and a provider, which .ci/oauth installs"]
async fn revoked_token_is_rejected_within_the_cache_time() {
    let provider = Provider::start().await;
    for introspection in [Introspection::discover(), Introspection::discover().signed()] {
        // The provider signs answers for the client `service`.
        let introspection =
            introspection.client("service", "service-secret").cached_for(Duration::from_secs(1));
        let issuer = Issuer::discover(provider.issuer()).introspection(introspection);
        let tokens = AccessTokens::from(issuer).audience(OPAQUE).audience("https://api.example");
        let gate = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap();
        let server = Server::of(Router::new().route("/me", get(me)).with_state(gate)).await;
        let status =
            async |token: &str| server.get("/me", format!("Authorization: Bearer {token}\r\n")).await.status;
        let (revoked, other) = (provider.token(OPAQUE).await, provider.token(OPAQUE).await);
        let jwt = provider.token("https://api.example").await;
        for token in [&revoked, &other, &jwt] {
            assert_eq!(status(token).await, 200);
        }
        let form = format!("token={revoked}");
        assert_eq!(provider.post("/token/revocation", "service:service-secret", form).await.status(), 200);
        let rejected = async {
            while status(&revoked).await != 401 {
                sleep(Duration::from_millis(100)).await;
            }
        };
        timeout(Duration::from_secs(5), rejected).await.expect("401 after the cache time");
        assert_eq!((status(&other).await, status(&jwt).await), (200, 200));
    }
}
