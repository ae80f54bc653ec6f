//! Access tokens of issuers whose keys are fetched, through the real router, with a paused clock.

mod bound_elsewhere;
mod context;
mod documents;
mod introspection;
mod keys;
mod metadata;
mod outage;
mod presented_token;
mod settings;
mod templates;
mod while_running;

use std::time::Duration;

use authgate::oauth::AccessTokens;
use authgate::routing::get;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Gate, Router};
use authgate_tests::app::{App, Ran, User, routes};
use authgate_tests::ask::{Answer, request, send};
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use authgate_tests::token::AUDIENCE;

/// An application that accepts the tokens of an issuer.
fn app(issuer: Issuer) -> axum::Router {
    app_of(&AccessTokens::from(issuer).audience(AUDIENCE))
}

fn app_of(tokens: &AccessTokens) -> axum::Router {
    let gate = Gate::<User>::builder().scheme(Bearer::of(tokens)).build().unwrap();
    let routes: Router<App> = routes();
    routes.with_state(App { gate, ran: Ran::default() })
}

#[derive(Clone, authgate::Principal, serde::Deserialize)]
struct Caller {
    #[principal(id)]
    sub: String,
}

async fn name(caller: Authenticated<Caller>) -> String {
    caller.sub.clone()
}

/// An application with a cache of verified tokens.
fn cached_app(tokens: &AccessTokens) -> axum::Router {
    let scheme = Bearer::of(tokens).cached(CacheSize::mebibytes(1));
    let gate = Gate::<Caller>::builder().scheme(scheme).build().unwrap();
    Router::new().route("/me", get(name)).with_state(gate)
}

fn discovered(provider: &Provider) -> Issuer {
    Issuer::discover(PROVIDER).fetched_by(provider.clone())
}

async fn me(app: &axum::Router, authorization: &str) -> Answer {
    send(app, request("GET /me", &[("authorization", authorization)])).await
}

async fn status(app: &axum::Router, key: &SigningKey) -> u16 {
    me(app, &key.bearer()).await.status.as_u16()
}

/// Lets the tasks of the issuer run, without time passing.
async fn settle() {
    for _ in 0..50 {
        tokio::task::yield_now().await;
    }
}

async fn pass(time: Duration) {
    settle().await;
    tokio::time::sleep(time).await;
    settle().await;
}

const fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}
