//! A provider, and an application of two processes whose users sign in by it.

use std::sync::Arc;

use authgate::oauth::InMemoryOnce;
use authgate::oidc::{CookieKey, Login, LoginBuilder};
use authgate::right::{Acr, ConstStr, Factor, Fresh, factor};
use authgate::routing::get;
use authgate::scheme::Issuer;
use authgate::scheme::bearer::InMemoryRevocations;
use authgate::session::Sessions;
use authgate::{Authenticated, Authorized, Gate, Router, public};
use authgate_tests::session::Store;
use axum::response::Html;
use tokio::net::TcpListener;

use crate::provider::Provider;

#[derive(authgate::Principal, serde::Deserialize)]
pub(super) struct User {
    #[principal(id)]
    sub: String,
}

struct Otp;

impl ConstStr for Otp {
    const TEXT: &'static str = "urn:example:otp";
}

async fn me(user: Authenticated<User>) -> String {
    let context = user.context();
    format!("{} {} {}", user.sub, context.acr().unwrap_or("-"), context.session_id().is_some())
}

async fn strong(_: Authorized<Acr<Otp>, User>) -> &'static str {
    "strong"
}

async fn by_otp(_: Authorized<Factor<factor::ByOtp>, User>) -> &'static str {
    "otp"
}

async fn fresh(_: Authorized<Fresh<1>, User>) -> &'static str {
    "fresh"
}

async fn account(user: Authenticated<User>) -> Html<String> {
    let form = "<form method=post action=/logout><button>Sign out</button></form>";
    Html(format!("<!doctype html><title>Account</title><h1>{}</h1>{form}", user.sub))
}

#[public(reason = "the page after a logout")]
async fn home() -> &'static str {
    "home"
}

/// A provider, and an application of one or two processes behind one address.
pub(super) struct World {
    pub(super) provider: Provider,
    pub(super) origin: String,
    /// The address of the second process.
    pub(super) other: String,
}

pub(super) fn serve(listener: TcpListener, login: &Login<User>, store: &Store) {
    let sessions = Sessions::new(store.clone());
    let gate = Gate::builder().scheme(sessions.scheme(login.clone()).realm("app")).build().unwrap();
    let routes = Router::new()
        .route("/", get(home))
        .route("/me", get(me))
        .route("/account", get(account))
        .route("/strong", get(strong))
        .route("/otp", get(by_otp))
        .route("/fresh", get(fresh))
        .merge(login.routes(&sessions))
        .layer(sessions.layer());
    let app = routes.with_state(gate);
    tokio::spawn(async move { axum::serve(listener, app).await });
}

impl World {
    pub(super) async fn start() -> Self {
        Self::with(|login| login).await
    }

    pub(super) async fn with(set: impl Fn(LoginBuilder) -> LoginBuilder) -> Self {
        Self::at("127.0.0.1", set).await
    }

    /// Starts an application with this name of the machine.
    pub(super) async fn at(host: &str, set: impl Fn(LoginBuilder) -> LoginBuilder) -> Self {
        let [one, other] = [listener().await, listener().await];
        let [origin, second] =
            [&one, &other].map(|listener| format!("http://{host}:{}", listener.local_addr().unwrap().port()));
        let provider = Provider::with(&[("WEB", &origin)]).await;
        let (store, used) = (Store::default(), Arc::new(InMemoryOnce::new()));
        let ended = InMemoryRevocations::new();
        for listener in [one, other] {
            let login = Login::with(Issuer::discover(provider.issuer()))
                .client("web", "web-secret")
                .origin(&*origin)
                .cookie_key(CookieKey::new([7; 32]).unwrap())
                .used(Arc::clone(&used))
                .ended_by(ended.clone());
            serve(listener, &set(login).claims().unwrap(), &store);
        }
        Self { provider, origin, other: second }
    }

    pub(super) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }
}

pub(super) async fn listener() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.unwrap()
}
