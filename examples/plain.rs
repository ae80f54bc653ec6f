//! A support desk with axum alone: a middleware verifies tokens, and handlers check the rest.
//! `examples/converted.rs` is the same program with authgate. The chapter `manual::convert` leads
//! from this one to the other.
//!
//! `cargo run --example plain`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`. `AUTHGATE_HS256_KEY` sets the secret that signs tokens.

#[path = "converted/store.rs"]
mod store;
#[path = "quickstart/tour.rs"]
#[allow(dead_code)]
mod tour;

use std::env;
use std::error::Error;
use std::sync::Arc;

use axum::extract::{FromRef, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::{delete, get};
use axum::{Extension, Json, Router};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;
use serde_json::json;

use store::{Draft, Ticket, Tickets};

#[derive(Clone, Deserialize)]
pub struct User {
    sub: String,
    #[serde(default)]
    roles: Vec<String>,
}

impl User {
    fn is_admin(&self) -> bool {
        self.roles.iter().any(|role| role == "admin")
    }
}

#[derive(Clone, FromRef)]
pub struct App {
    key: Arc<DecodingKey>,
    tickets: Tickets,
}

pub enum AppError {
    Unauthenticated,
    Forbidden,
    NotFound,
    EmptyTitle,
}

impl IntoResponse for AppError {
    fn into_response(self) -> Response {
        let (status, error) = match self {
            Self::Unauthenticated => (StatusCode::UNAUTHORIZED, "unauthenticated"),
            Self::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not_found"),
            Self::EmptyTitle => (StatusCode::UNPROCESSABLE_ENTITY, "empty_title"),
        };
        (status, Json(json!({ "error": error }))).into_response()
    }
}

async fn authenticate(
    State(key): State<Arc<DecodingKey>>,
    mut request: Request,
    next: Next,
) -> Result<Response, AppError> {
    let field = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    let token = field.and_then(|value| value.strip_prefix("Bearer ")).ok_or(AppError::Unauthenticated)?;
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_issuer(&[tour::ISSUER]);
    validation.set_audience(&[tour::AUDIENCE]);
    let token = decode::<User>(token, &key, &validation).map_err(|_| AppError::Unauthenticated)?;
    request.extensions_mut().insert(token.claims);
    Ok(next.run(request).await)
}

async fn admins_only(Extension(user): Extension<User>, request: Request, next: Next) -> Response {
    if user.is_admin() { next.run(request).await } else { AppError::Forbidden.into_response() }
}

async fn home() -> Html<&'static str> {
    Html("<!doctype html><title>Support desk</title><h1>Support desk</h1>")
}

async fn health() -> &'static str {
    "ok"
}

async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

async fn mine(Extension(user): Extension<User>, State(tickets): State<Tickets>) -> Json<Vec<Ticket>> {
    Json(tickets.of(&user.sub))
}

async fn open(
    Extension(user): Extension<User>,
    State(tickets): State<Tickets>,
    Json(draft): Json<Draft>,
) -> Result<(StatusCode, Json<Ticket>), AppError> {
    let draft = checked(draft)?;
    Ok((StatusCode::CREATED, Json(tickets.open(&user.sub, draft))))
}

async fn read(
    Extension(user): Extension<User>,
    State(tickets): State<Tickets>,
    Path(id): Path<u64>,
) -> Result<Json<Ticket>, AppError> {
    let ticket = tickets.get(id).ok_or(AppError::NotFound)?;
    if ticket.owner != user.sub && !user.is_admin() {
        return Err(AppError::Forbidden);
    }
    Ok(Json(ticket))
}

async fn rename(
    Extension(user): Extension<User>,
    State(tickets): State<Tickets>,
    Path(id): Path<u64>,
    Json(draft): Json<Draft>,
) -> Result<Json<Ticket>, AppError> {
    let mut ticket = tickets.get(id).ok_or(AppError::NotFound)?;
    if ticket.owner != user.sub && !user.is_admin() {
        return Err(AppError::Forbidden);
    }
    ticket.title = checked(draft)?.title;
    Ok(Json(tickets.save(ticket)))
}

fn checked(draft: Draft) -> Result<Draft, AppError> {
    if draft.title.trim().is_empty() { Err(AppError::EmptyTitle) } else { Ok(draft) }
}

async fn all(State(tickets): State<Tickets>) -> Json<Vec<Ticket>> {
    Json(tickets.all())
}

async fn remove(State(tickets): State<Tickets>, Path(id): Path<u64>) -> Result<StatusCode, AppError> {
    if tickets.delete(id) { Ok(StatusCode::NO_CONTENT) } else { Err(AppError::NotFound) }
}

async fn export(State(tickets): State<Tickets>) -> String {
    tickets.all().iter().map(|ticket| format!("{},{}\n", ticket.id, ticket.owner)).collect()
}

fn api(app: &App) -> Router<App> {
    Router::new()
        .route("/tickets", get(mine).post(open))
        .route("/tickets/{id}", get(read).put(rename))
        .route_layer(from_fn_with_state(app.clone(), authenticate))
}

fn admin(app: &App) -> Router<App> {
    Router::new()
        .route("/tickets", get(all))
        .route("/tickets/{id}", delete(remove))
        .route_layer(from_fn(admins_only))
        .route_layer(from_fn_with_state(app.clone(), authenticate))
        // A common mistake: the layers above do not apply to a route that is added after them.
        .route("/export", get(export))
}

pub fn app(secret: &[u8]) -> Router {
    let app = App { key: Arc::new(DecodingKey::from_secret(secret)), tickets: Tickets::default() };
    Router::new()
        .route("/", get(home))
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .nest("/api", api(&app))
        .nest("/admin", admin(&app))
        .with_state(app)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let secret =
        env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| "an example's secret, known to all".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    let user = tour::token(secret.as_bytes(), &json!({ "sub": "vera" }))?;
    println!("listening on {url}");
    println!("curl -i {url}/api/tickets                                    # 401");
    println!("curl -i -H 'Authorization: Bearer {user}' {url}/api/tickets   # 200");
    println!("curl -i {url}/admin/export                                   # 200, by mistake");
    axum::serve(listener, app(secret.as_bytes())).await?;
    Ok(())
}
