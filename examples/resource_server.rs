//! An OAuth 2.0 resource server, which MCP clients can use without further configuration. By
//! default, the issuer of the tokens is in the same process.
//!
//! `cargo run --example resource_server` prints curl commands.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_ISSUER` | issuer of the tokens | an issuer in this process |
//! | `AUTHGATE_RESOURCE` | URL of `/mcp` for clients, and the audience of the tokens | `http://<addr>/mcp` |
//! | `AUTHGATE_INTROSPECTION` | `client:secret` for the introspection of opaque tokens | JWTs only |
//! | `AUTHGATE_REPLAY` | file of used DPoP proofs, which several processes may share | the memory of this process |
//! | `AUTHGATE_NONCE_KEY` | secret of the DPoP nonces, the same for each process | random |

#[path = "resource_server/commands.rs"]
mod commands;
#[path = "resource_server/issuer.rs"]
mod issuer;
#[path = "resource_server/mcp.rs"]
mod mcp;
#[path = "resource_server/settings.rs"]
mod settings;

use std::error::Error;
use std::io::IsTerminal as _;
use std::process::ExitCode;

use authgate::oauth::{AccessTokens, Dpop, FileOnce, InMemoryOnce, ProtectedResource};
use authgate::routing::{get, post};
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Gate, Router, Scopes, public, requires};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
pub use settings::Settings;
use tokio::net::TcpListener;

#[derive(authgate::Scope)]
pub enum Scope {
    #[scope(name = "reports:read")]
    ReadReports,
    #[scope(name = "reports:write")]
    WriteReports,
}

#[derive(Clone, authgate::Principal, Deserialize)]
#[principal(scope = Scope)]
pub struct Client {
    #[principal(id)]
    sub: String,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

/// Responds with 503 until the keys of the issuer are there.
#[public(reason = "readiness probe")]
async fn ready(State(gate): State<Gate<Client>>) -> StatusCode {
    let is_ready = gate.health().iter().all(|issuer| issuer.has_keys);
    if is_ready { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE }
}

async fn me(client: Authenticated<Client>) -> Json<Value> {
    let context = client.context();
    Json(json!({
        "sub": client.sub,
        "client_id": context.client_id(),
        "issuer": context.issuer(),
        "scopes": context.scopes().collect::<Vec<_>>(),
    }))
}

#[requires(scope = "reports:read")]
async fn reports() -> Json<Value> {
    Json(json!([{ "id": 1, "title": "Numbers of May" }]))
}

#[requires(scope = "reports:write")]
async fn add_report() -> StatusCode {
    StatusCode::CREATED
}

#[requires(principal = Client, fresh = "5m", acr = "urn:example:otp")]
async fn purge() -> StatusCode {
    StatusCode::NO_CONTENT
}

pub fn routes() -> Router<Gate<Client>> {
    Router::new()
        .route("/health", get(health))
        .route("/ready", get(ready))
        .route("/me", get(me))
        .route("/reports", get(reports).post(add_report))
        .route("/reports/purge", post(purge))
        .route("/mcp", post(mcp::tools))
        .route("/mcp/admin", post(mcp::admin_tools))
}

/// The routes, and their state.
pub type Parts = (Router<Gate<Client>>, Gate<Client>);

/// Returns the parts for tokens of `issuer` that are for `resource`.
pub fn parts(settings: &Settings, issuer: Issuer, resource: &str) -> Result<Parts, Box<dyn Error>> {
    let resource = ProtectedResource::at(resource).named("Reports");
    let tokens = AccessTokens::from(issuer).resource(resource);
    let bound = Dpop::of(&tokens).nonces(settings.nonce_key()?);
    let bound = match &settings.replay {
        Some(file) => {
            let used = FileOnce::open(file).map_err(|error| format!("AUTHGATE_REPLAY: {error}"))?;
            bound.replay(used)
        }
        None => bound.replay(InMemoryOnce::new()),
    };
    let gate =
        Gate::builder().scheme(Bearer::of(&tokens).cached(CacheSize::mebibytes(16))).scheme(bound).build()?;
    Ok((routes().merge(tokens.metadata()), gate))
}

/// A service that is ready to run.
pub struct Service {
    pub listener: TcpListener,
    pub app: axum::Router,
    /// The URL of `/mcp`.
    pub resource: String,
    pub issuer: String,
}

pub async fn start(settings: &Settings) -> Result<Service, Box<dyn Error>> {
    let listener = TcpListener::bind(&settings.address).await;
    let listener = listener.map_err(|error| format!("AUTHGATE_ADDR {:?}: {error}", settings.address))?;
    let resource = settings.resource(listener.local_addr()?);
    let issuer = match &settings.issuer {
        Some(name) => name.clone(),
        None => issuer::serve().await?,
    };
    let (routes, gate) = parts(settings, settings.trusted(&issuer), &resource)?;
    Ok(Service { listener, app: routes.with_state(gate), resource, issuer })
}

async fn run() -> Result<(), Box<dyn Error>> {
    let settings = Settings::from_environment()?;
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let Service { listener, app, resource, issuer } = start(&settings).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}\n\n{}", commands::public(&url, &resource));
    if settings.issuer.is_none() {
        println!("{}", commands::with_tokens(&url, &issuer, &resource));
    }
    axum::serve(listener, app).await?;
    Ok(())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
