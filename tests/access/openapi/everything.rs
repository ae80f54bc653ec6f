//! An application with everything that an OpenAPI document describes.

use std::convert::Infallible;

use authgate::access::{Own, Rule};
use authgate::denial::DenialMessage;
use authgate::right::{Beside, Requirement, Right, RightOf};
use authgate::routing::{any, delete, get};
use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
use authgate::scheme::{ApiKey, Bearer, Keys};
use authgate::session::Sessions;
use authgate::{
    Authenticated, Authorized, Context, Decision, Gate, Granted, Policy, Resource, Roles, Router, Scopes,
    public, requires,
};
use authgate_tests::app::bearer;
use authgate_tests::scheme::Ticket;
use authgate_tests::session::People;
use authgate_tests::token::{AUDIENCE, ISSUER};
use axum::body::Body;
use axum::extract::{FromRef, Request};
use http::Response;
use tower::{Service, service_fn};

pub(crate) use authgate_tests::app::{Role, Scope, User, role, scope};

/// A second kind of principal.
#[derive(Clone, authgate::Principal, serde::Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign)]
pub(crate) struct Machine {
    #[principal(id)]
    name: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

/// Allows every user except `suspended`.
pub(crate) struct Active;

const SUSPENDED: DenialMessage =
    DenialMessage::new("account_suspended", "Your account is suspended; write to support.");

impl Right for Active {
    const RULE: &'static Rule = &Rule::Own(Own::new("account", "active", &SUSPENDED));
}

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(user.sub != "suspended")
    }
}

impl RightOf for Active {
    type Principal = User;
}

impl Beside<User> for Active {}

pub(crate) struct Report {
    owner: String,
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok((id == 1).then(|| Self { owner: "vera".to_owned() }))
    }
}

pub(crate) struct CanRead;

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        Decision::Allow
    }
}

pub(crate) struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

#[derive(Clone, FromRef)]
pub(crate) struct App {
    pub(crate) users: Gate<User>,
    pub(crate) machines: Gate<Machine>,
}

pub(crate) fn app() -> App {
    let sessions = Sessions::in_memory();
    let users = Gate::builder()
        .scheme(bearer())
        .scheme(sessions.scheme(People::default()).realm("app"))
        .login_page("/login")
        .require::<Active>()
        .build()
        .unwrap();
    App { users, machines: machines() }
}

fn machines() -> Gate<Machine> {
    let keys = InMemoryApiKeys::new();
    let key = NewKey::generate("acme").unwrap();
    let machine = Machine { name: "ci".to_owned(), roles: Roles::default(), scope: Scopes::default() };
    keys.insert(key.digest(), KeyRecord::new(machine)).unwrap();
    let tokens = Keys::hs256(b"another secret of at least 32 bytes, of the machines").unwrap();
    Gate::builder()
        .scheme(Bearer::jwt(tokens).issuer(ISSUER).audience(AUDIENCE).realm("machines"))
        .scheme(ApiKey::header("x-api-key", keys).realm("machines"))
        .build()
        .unwrap()
}

/// Returns a gate for users, with a scheme that is not registered with IANA.
pub(crate) fn tickets() -> Gate<User> {
    Gate::builder().scheme(Ticket::new("Ticket")).build().unwrap()
}

#[public(reason = "load balancer probe")]
async fn health() {}

#[public(reason = "guests are greeted, too")]
async fn greet(user: Option<Authenticated<User>>) -> String {
    user.map(|user| user.sub.clone()).unwrap_or_default()
}

async fn me(_: Authenticated<User>) {}

#[requires(waive = Active, reason = "suspended users may leave", principal = User)]
async fn leave() {}

#[requires(role = Role::Editor, scope = Scope::WriteReports)]
async fn publish() {}

#[requires(any(scope = "reports:write", all(role = "admin", scope = "reports:read")))]
async fn either() {}

#[requires(role = "admin", conceal)]
async fn secret() {}

#[requires(policy = CanRead, on = Report)]
async fn read(_: Granted<CanRead, Report>) {}

#[requires(policy = CanEdit, on = Report, conceal = CanRead)]
async fn edit(_: Granted<CanEdit, Report>) {}

#[requires(role = "viewer", fresh = "5m")]
async fn fresh() {}

#[requires(role = "viewer", not(role = "admin"))]
async fn excluding() {}

#[requires(all(role = "viewer", scheme = Bearer))]
async fn by_token() {}

#[requires(role = "admin", principal = Machine)]
async fn tune() {}

#[requires(any(scheme = ApiKey, scope = "reports:write"), principal = Machine)]
async fn beep() {}

async fn anything(_: Authorized<role::Admin>) {}

pub(crate) fn echo()
-> impl Service<Request, Response = Response<Body>, Error = Infallible, Future: Send + 'static>
+ Clone
+ Send
+ Sync {
    service_fn(|_: Request| async { Ok(Response::new(Body::empty())) })
}

/// Returns separate routers, so that tests can change their order.
pub(crate) fn parts() -> Vec<Router<App>> {
    let inside = axum::Router::new().route("/a.css", axum::routing::get(async || "a"));
    vec![
        Router::new().route("/health", get(health)),
        Router::new().route("/greet", get(greet)),
        Router::new().route("/me", get(me).delete(leave)),
        Router::new().route("/reports/{id}", get(read).put(edit)),
        Router::new().route("/reports/{id}/publish", get(publish).head(publish).post(either)),
        Router::new().route("/secret", get(secret).delete(secret)),
        Router::new().route("/fresh", get(fresh).post(fresh)),
        Router::new().route("/rules", get(excluding).post(by_token)),
        Router::new().route("/machines", get(beep).put(tune)),
        Router::new().route("/any/{name}", any(anything)),
        Router::new().route("/some", get(health).fallback(anything)),
        Router::new().route("/a{{b}}/{c}", delete(secret)),
        Router::new().route_service::<scope::ReadReports>("/files/{*path}", echo()),
        Router::new().nest_service::<role::Admin>("/tree", echo()),
        Router::new().ungated("/static", "static assets", inside),
    ]
}

pub(crate) fn routes() -> Router<App> {
    parts().into_iter().fold(Router::new(), Router::merge)
}
