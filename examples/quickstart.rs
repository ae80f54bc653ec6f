//! A server whose handlers declare who may call them. It prints tokens for a viewer, an editor and
//! an admin, and a curl command for each possible response.
//!
//! `cargo run --example quickstart`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_HS256_KEY` | signing secret, at least 32 bytes | a known value for local use |
//! | `AUTHGATE_JWKS` | JWK Set file with further trusted keys | none |

#[path = "quickstart/tour.rs"]
mod tour;

use std::collections::BTreeMap;
use std::env;
use std::error::Error;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::{Arc, Mutex, PoisonError};

use authgate::routing::get;
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Authorized, ConfigError, Gate, Roles, Router, Scopes, public, requires};
use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor))]
    Admin,
}

#[derive(authgate::Scope)]
pub enum Scope {
    #[scope(name = "reports:write")]
    WriteReports,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

#[derive(Clone, Deserialize, Serialize)]
struct Report {
    title: String,
}

/// Reports by id. Every id has a report with a default title, so that there is something to read.
#[derive(Clone, Default)]
struct Reports(Arc<Mutex<BTreeMap<u64, Report>>>);

impl Reports {
    fn read(&self, id: u64) -> Report {
        let reports = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        reports.get(&id).cloned().unwrap_or_else(|| Report { title: format!("Report {id}") })
    }

    /// Takes a proof, so a report cannot be written without authorization.
    fn write(&self, _by: &impl authgate::Proof<role::Editor>, id: u64, report: Report) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, report);
    }

    fn purge(&self, _by: &Authorized<role::Admin>, id: u64) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&id);
    }

    fn all(&self, _by: &Authorized<role::Admin>) -> BTreeMap<u64, Report> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    reports: Reports,
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

#[public(reason = "crawlers read it first")]
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

async fn me(user: Authenticated<User>) -> Json<Value> {
    Json(json!({ "sub": user.sub, "roles": user.roles }))
}

#[requires(role = "viewer")]
async fn read(State(reports): State<Reports>, Path(id): Path<u64>) -> Json<Report> {
    Json(reports.read(id))
}

#[requires(role = Role::Editor, scope = Scope::WriteReports)]
async fn publish(
    editor: Authorized<_>,
    State(reports): State<Reports>,
    Path(id): Path<u64>,
    Json(report): Json<Report>,
) -> Json<Report> {
    reports.write(&editor, id, report.clone());
    Json(report)
}

#[requires(role = "admin")]
async fn purge(admin: Authorized<_>, State(reports): State<Reports>, Path(id): Path<u64>) -> StatusCode {
    reports.purge(&admin, id);
    StatusCode::NO_CONTENT
}

async fn list(admin: Authorized<role::Admin>, State(reports): State<Reports>) -> Json<BTreeMap<u64, Report>> {
    Json(reports.all(&admin))
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/reports/{id}", get(read).put(publish).delete(purge))
        .nest("/admin", Router::new().route("/reports", get(list)))
}

pub fn state(keys: Keys) -> Result<App, ConfigError> {
    let gate = Gate::<User>::builder()
        .scheme(Bearer::jwt(keys).issuer(tour::ISSUER).audience(tour::AUDIENCE).realm("api"))
        .build()?;
    Ok(App { gate, reports: Reports::default() })
}

pub fn app(keys: Keys) -> Result<axum::Router, Box<dyn Error>> {
    Ok(routes().with_state(state(keys)?))
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let address: SocketAddr = address
        .parse()
        .map_err(|error| format!("AUTHGATE_ADDR is {address:?}, which is not a socket address: {error}"))?;
    let secret =
        env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| "an example's secret, known to all".into());

    let mut keys = Keys::hs256(&secret).map_err(|error| format!("AUTHGATE_HS256_KEY: {error}"))?;
    if let Some(path) = env::var_os("AUTHGATE_JWKS") {
        keys = keys.and(Keys::jwks_file(path).map_err(|error| format!("AUTHGATE_JWKS: {error}"))?);
    }
    let listener = tokio::net::TcpListener::bind(address).await;
    let listener = listener.map_err(|error| format!("cannot listen on {address}: {error}"))?;
    tour::print(&routes().access(), listener.local_addr()?, secret.as_bytes())?;

    axum::serve(listener, app(keys)?).with_graceful_shutdown(stopped()).await?;
    Ok(())
}

/// Waits for Ctrl-C.
async fn stopped() {
    if tokio::signal::ctrl_c().await.is_err() {
        // No signal can arrive, so continue to serve.
        std::future::pending::<()>().await;
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quickstart: {error}");
            ExitCode::FAILURE
        }
    }
}
