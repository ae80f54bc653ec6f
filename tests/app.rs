//! An application like those that users write.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::routing::get;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, Scopes, public, requires};
use axum::Json;
use axum::extract::{FromRef, Path, State};
use http::StatusCode;
use serde::{Deserialize, Serialize};

use crate::token::{AUDIENCE, ISSUER, SECRET};

/// The roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Role)]
pub enum Role {
    /// Reads.
    Viewer,
    /// Writes.
    #[role(implies(Viewer))]
    Editor,
    /// Deletes.
    #[role(implies(Editor), name = "admin")]
    Admin,
}

/// The scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Scope)]
pub enum Scope {
    /// May be used to read.
    #[scope(name = "reports:read")]
    ReadReports,
    /// May be used to write.
    #[scope(name = "reports:write")]
    WriteReports,
}

/// Who calls.
#[derive(Clone, Debug, authgate::Principal, Deserialize)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    /// The name.
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

impl User {
    /// Somebody with these roles and scopes.
    #[must_use]
    pub fn new(name: &str, roles: &[Role], scopes: &[Scope]) -> Self {
        Self {
            sub: name.to_owned(),
            roles: roles.iter().copied().collect(),
            scope: scopes.iter().copied().collect(),
        }
    }
}

/// A report.
#[derive(Debug, Deserialize, Serialize)]
pub struct Report {
    /// Its title.
    pub title: String,
}

/// The state: the gate, and how often a handler's body ran.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    /// Who is let in.
    pub gate: Gate<User>,
    /// How often a handler's body ran.
    pub ran: Ran,
}

/// How often a handler's body ran.
#[derive(Clone, Debug, Default)]
pub struct Ran(Arc<AtomicUsize>);

impl Ran {
    /// Counts.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// The count.
    #[must_use]
    pub fn times(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// The gate that takes the tokens of [`token`](crate::token).
#[must_use]
pub fn gate() -> Gate<User> {
    Gate::builder().scheme(bearer()).build().expect("complete")
}

/// The scheme that takes the tokens of [`token`](crate::token).
#[must_use]
pub fn bearer() -> Bearer {
    Bearer::jwt(Keys::hs256(SECRET).expect("long enough")).issuer(ISSUER).audience(AUDIENCE).realm("api")
}

#[public(reason = "load balancer probe")]
async fn health(State(ran): State<Ran>) -> &'static str {
    ran.count();
    "ok"
}

async fn me(user: Authenticated<User>, State(ran): State<Ran>) -> String {
    ran.count();
    user.sub.clone()
}

#[requires(role = "viewer")]
async fn read(State(ran): State<Ran>, Path(id): Path<u64>) -> Json<Report> {
    ran.count();
    Json(Report { title: format!("report {id}") })
}

#[requires(role = Role::Editor, scope = Scope::WriteReports)]
async fn publish(
    editor: Authorized<_>,
    State(ran): State<Ran>,
    Path(id): Path<u64>,
    Json(body): Json<Report>,
) -> String {
    ran.count();
    format!("{} published {id}: {}", editor.sub, body.title)
}

#[requires(role = "admin")]
async fn purge(State(ran): State<Ran>, Path(_id): Path<u64>) -> StatusCode {
    ran.count();
    StatusCode::NO_CONTENT
}

async fn list(_admin: Authorized<role::Admin>, State(ran): State<Ran>) -> &'static str {
    ran.count();
    "all"
}

/// The routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/me", get(me))
        .route("/reports/{id}", get(read).put(publish).delete(purge))
        .nest("/admin", Router::new().route("/reports", get(list)))
}

/// The application, and how often a handler's body ran.
pub fn app() -> (axum::Router, Ran) {
    serve(routes())
}

/// These routes with the state, and how often a handler's body ran.
pub fn serve(routes: Router<App>) -> (axum::Router, Ran) {
    let ran = Ran::default();
    (routes.with_state(App { gate: gate(), ran: ran.clone() }), ran)
}
