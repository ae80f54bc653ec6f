//! Bound tokens (RFC 9449) in a cookie, and for two gates on one route.

use authgate::oauth::{AccessTokens, Dpop, InMemoryOnce, NonceKey};
use authgate::routing::get;
use authgate::scheme::{Bearer, Issuer, Keys, Relocated, Scheme};
use authgate::{Authenticated, Either, Gate, Router};
use authgate_tests::app::User;
use authgate_tests::ask::{Answer, ask};
use authgate_tests::dpop::{Client, ORIGIN};
use authgate_tests::token::{AUDIENCE, ISSUER, SECRET, token};
use axum::extract::FromRef;
use serde_json::json;

fn tokens() -> AccessTokens {
    AccessTokens::from(Issuer::with_keys(ISSUER, Keys::hs256(SECRET).unwrap())).audience(AUDIENCE)
}

async fn name(user: Authenticated<User>) -> String {
    user.sub.clone()
}

fn app(scheme: impl Scheme<User>) -> axum::Router {
    let gate = Gate::builder().scheme(scheme).build().unwrap();
    Router::new().route("/me", get(name)).with_state(gate)
}

async fn with_cookie(app: &axum::Router, token: &str, proof: &str) -> Answer {
    let cookie = format!("token={token}");
    let fields = [("cookie", &*cookie), ("dpop", proof), ("sec-fetch-site", "same-origin")];
    ask(app, "GET /me", &fields).await
}

#[tokio::test]
async fn bound_token_in_a_cookie_needs_its_proof() {
    let (client, tokens) = (Client::default(), tokens());
    let bound = client.token(&json!({}));
    let proof = client.proof(&client.claims("GET /me", &bound));
    let bearer = app(Relocated::in_cookie(Bearer::of(&tokens), "token").named("Cookie"));
    assert_eq!(with_cookie(&bearer, &token(&json!({})), "").await.status, 200);
    assert_eq!(with_cookie(&bearer, &bound, &proof).await.status, 401);
    let dpop = Dpop::of(&tokens).origin(ORIGIN).replay(InMemoryOnce::new());
    let dpop = app(Relocated::in_cookie(dpop, "token"));
    assert_eq!(with_cookie(&dpop, &bound, "").await.status, 401);
    assert_eq!(with_cookie(&dpop, &bound, &proof).await.status, 200);
    assert_eq!(with_cookie(&dpop, &bound, &proof).await.status, 401, "a replay");
}

#[derive(authgate::Principal, serde::Deserialize)]
struct Machine {
    #[principal(id)]
    sub: String,
}

#[derive(Clone, FromRef)]
struct App {
    users: Gate<User>,
    machines: Gate<Machine>,
}

async fn either(caller: Either<Authenticated<User>, Authenticated<Machine>>) -> String {
    match caller {
        Either::Left(user) => user.sub.clone(),
        Either::Right(machine) => machine.sub.clone(),
    }
}

/// Clients read the field as one nonce.
#[tokio::test]
async fn gates_with_one_nonce_key_send_one_nonce() {
    let tokens = tokens();
    let dpop = || Dpop::of(&tokens).origin(ORIGIN).nonces(NonceKey::new([7; 32]).unwrap());
    let users = Gate::builder().scheme(dpop()).build().unwrap();
    let machines = Gate::builder().scheme(dpop().realm("machines")).build().unwrap();
    let app = Router::new().route("/either", get(either)).with_state(App { users, machines });
    let answer = ask(&app, "GET /either", &[]).await;
    assert_eq!(answer.headers.get_all("dpop-nonce").iter().count(), 1);
}
