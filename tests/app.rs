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
    /// Reads reports.
    Viewer,
    /// Writes reports.
    #[role(implies(Viewer))]
    Editor,
    /// Deletes reports.
    #[role(implies(Editor), name = "admin")]
    Admin,
}

/// The scopes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, authgate::Scope)]
pub enum Scope {
    /// Allows reading reports.
    #[scope(name = "reports:read")]
    ReadReports,
    /// Allows writing reports.
    #[scope(name = "reports:write")]
    WriteReports,
}

/// The principal.
#[derive(Clone, Debug, authgate::Principal, Deserialize)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    /// The user name.
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
    /// Creates a user with these roles and scopes.
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
    /// The title.
    pub title: String,
}

/// The state: the gate, and the number of handler calls.
#[derive(Clone, Debug, FromRef)]
pub struct App {
    /// The gate for users.
    pub gate: Gate<User>,
    /// The number of handler calls.
    pub ran: Ran,
}

/// Counts handler calls.
#[derive(Clone, Debug, Default)]
pub struct Ran(Arc<AtomicUsize>);

impl Ran {
    /// Adds one.
    pub fn count(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Returns the count.
    #[must_use]
    pub fn times(&self) -> usize {
        self.0.load(Ordering::Relaxed)
    }
}

/// Returns a gate that accepts the tokens of [`token`](crate::token).
#[must_use]
pub fn gate() -> Gate<User> {
    Gate::builder().scheme(bearer()).build().expect("complete")
}

/// Returns a scheme that accepts the tokens of [`token`](crate::token).
#[must_use]
pub fn bearer() -> Bearer {
    Bearer::jwt(Keys::hs256(SECRET).expect("long enough").with_id("main"))
        .issuer(ISSUER)
        .audience(AUDIENCE)
        .realm("api")
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

/// Returns the routes.
pub fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/me", get(me))
        .route("/reports/{id}", get(read).put(publish).delete(purge))
        .nest("/admin", Router::new().route("/reports", get(list)))
}

/// Returns the application, and the counter of handler calls.
pub fn app() -> (axum::Router, Ran) {
    serve(routes())
}

/// Returns the application with these routes, and the counter of handler calls.
pub fn serve(routes: Router<App>) -> (axum::Router, Ran) {
    let ran = Ran::default();
    (routes.with_state(App { gate: gate(), ran: ran.clone() }), ran)
}
