//! The support desk of `examples/plain.rs`, converted: each handler declares who may call it, and
//! the middleware and the checks in the handlers are gone. The chapter `manual::convert` explains
//! each step.
//!
//! `cargo run --example converted`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`. `AUTHGATE_HS256_KEY` sets the secret that signs tokens.

#[path = "converted/store.rs"]
mod store;
#[path = "quickstart/tour.rs"]
#[allow(dead_code)]
mod tour;

use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::resource::Edit;
use authgate::routing::{delete, get};
use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Decision, Gate, Granted, Policy, Resource, Roles, Router, public, requires};
use axum::Json;
use axum::extract::{FromRef, Path, State};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use serde::Deserialize;
use serde_json::json;

pub use store::{Draft, Ticket, Tickets};

#[derive(authgate::Role)]
pub enum Role {
    Admin,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    pub tickets: Tickets,
}

impl Resource<App> for Ticket {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, app: &App) -> Result<Option<Self>, Infallible> {
        Ok(app.tickets.get(id))
    }
}

impl Edit for Ticket {
    type Patch = Draft;

    fn edit(&mut self, draft: Draft) {
        self.title = draft.title;
    }
}

/// Allows the owner of a ticket.
pub struct Owns;

impl Policy<Ticket> for Owns {
    type Principal = User;

    fn decide(user: &User, ticket: &Ticket) -> Decision {
        Decision::allow_if(ticket.owner == user.sub)
    }
}

/// The errors that can occur after authorization.
pub enum AppError {
    NotFound,
    EmptyTitle,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::EmptyTitle => (StatusCode::UNPROCESSABLE_ENTITY, "empty_title"),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

#[public(reason = "the front page")]
async fn home() -> Html<&'static str> {
    Html("<!doctype html><title>Support desk</title><h1>Support desk</h1>")
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

#[public(reason = "crawlers read it first")]
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

async fn mine(user: Authenticated<User>, State(tickets): State<Tickets>) -> Json<Vec<Ticket>> {
    Json(tickets.of(&user.sub))
}

async fn open(
    user: Authenticated<User>,
    State(tickets): State<Tickets>,
    Json(draft): Json<Draft>,
) -> Result<(StatusCode, Json<Ticket>), AppError> {
    let draft = checked(draft)?;
    Ok((StatusCode::CREATED, Json(tickets.open(&user.sub, draft))))
}

#[requires(any(role = "admin", policy = Owns, on = Ticket))]
async fn read(ticket: Granted<_, Ticket>) -> Json<Ticket> {
    Json(ticket.into_resource())
}

#[requires(any(role = "admin", policy = Owns, on = Ticket))]
async fn rename(
    ticket: Granted<_, Ticket>,
    State(tickets): State<Tickets>,
    Json(draft): Json<Draft>,
) -> Result<Json<Ticket>, AppError> {
    let ticket = ticket.edit(checked(draft)?).into_resource();
    Ok(Json(tickets.save(ticket)))
}

fn checked(draft: Draft) -> Result<Draft, AppError> {
    if draft.title.trim().is_empty() { Err(AppError::EmptyTitle) } else { Ok(draft) }
}

#[requires(role = "admin")]
async fn all(State(tickets): State<Tickets>) -> Json<Vec<Ticket>> {
    Json(tickets.all())
}

#[requires(role = "admin")]
async fn remove(State(tickets): State<Tickets>, Path(id): Path<u64>) -> Result<StatusCode, AppError> {
    if tickets.delete(id) { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::NotFound) }
}

#[requires(role = "admin")]
async fn export(State(tickets): State<Tickets>) -> String {
    tickets.all().iter().map(|ticket| format!("{},{}\n", ticket.id, ticket.owner)).collect()
}

fn api() -> Router<App> {
    Router::new().route("/tickets", get(mine).post(open)).route("/tickets/{id}", get(read).put(rename))
}

fn admin() -> Router<App> {
    Router::new()
        .route("/tickets", get(all))
        .route("/tickets/{id}", delete(remove))
        .route("/export", get(export))
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .nest("/api", api())
        .nest("/admin", admin())
}

pub fn state(secret: &[u8]) -> Result<App, Box<dyn Error>> {
    let bearer = Bearer::jwt(Keys::hs256(secret)?).issuer(tour::ISSUER).audience(tour::AUDIENCE);
    let gate = Gate::<User>::builder().scheme(bearer.realm("desk")).build()?;
    Ok(App { gate, tickets: Tickets::default() })
}

pub fn app(secret: &[u8]) -> Result<axum::Router, Box<dyn Error>> {
    Ok(routes().with_state(state(secret)?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let secret =
        env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| "an example's secret, known to all".into());
    let app = app(secret.as_bytes())?;
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let user = tour::token(secret.as_bytes(), &json!({ "sub": "vera" }))?;
    println!("listening on {url}\n\n{}", routes().access());
    println!("curl -i {url}/api/tickets                                    # 401");
    println!("curl -i -H 'Authorization: Bearer {user}' {url}/api/tickets   # 200");
    println!("curl -i {url}/admin/export                                   # 401");
    println!("curl -i -H 'Authorization: Bearer {user}' {url}/admin/export  # 403");
    axum::serve(listener, app).await?;
    Ok(())
}
