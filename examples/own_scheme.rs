//! A custom scheme: opaque tokens from a database, sent as `Authorization: Token <..>`.
//!
//! `cargo run --example own_scheme`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`.

use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::credentials::RequestCredentials;
use authgate::denial::{Challenge, CredentialError};
use authgate::routing::get;
use authgate::scheme::api_key::{KeyDigest, NewKey};
use authgate::scheme::{Answer, Identity, Outcome, Scheme, SchemeName};
use authgate::{Authenticated, Authorized, Context, Gate, Roles, Router, public, requires};
use axum::Json;
use serde_json::{Value, json};
use sqlx::SqlitePool;
use sqlx::sqlite::SqlitePoolOptions;

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

/// The scheme. It authenticates the caller. Handlers decide what the caller may do.
struct Token {
    db: SqlitePool,
}

/// Allows `#[requires(scheme = Token)]`.
impl SchemeName for Token {
    const NAME: &'static str = "Token";
}

impl Scheme<User> for Token {
    fn challenge(&self) -> Challenge {
        Challenge::new(Self::NAME).realm("api")
    }

    fn authenticate(&self, presented: &RequestCredentials<'_>) -> Answer<User> {
        match presented.authorization().credential_of(Self::NAME).unwrap_or_default() {
            // Look the token up by its digest. A leaked database then contains no tokens, and
            // response times reveal nothing about other tokens.
            token if (20..=200).contains(&token.len()) => {
                Answer::pending(find(self.db.clone(), KeyDigest::of_presented(token)))
            }
            _ => Outcome::Rejected(CredentialError::Malformed).into(),
        }
    }
}

async fn find(db: SqlitePool, digest: KeyDigest) -> Outcome<User> {
    let row: Result<Option<(String, String, bool)>, _> =
        sqlx::query_as("SELECT user, role, revoked FROM tokens WHERE digest = ?")
            .bind(&digest.as_bytes()[..])
            .fetch_optional(&db)
            .await;
    match row {
        Ok(None) => Outcome::Rejected(CredentialError::Rejected),
        Ok(Some((_, _, true))) => Outcome::Rejected(CredentialError::Revoked),
        Ok(Some((sub, role, false))) => {
            let roles = role.parse::<Role>().into_iter().collect();
            Outcome::Authenticated(Identity::new(User { sub, roles }, Context::of(Token::NAME)))
        }
        // A database error does not mean that the token is invalid. Respond with 503, so that the
        // client retries.
        Err(_) => Outcome::Unavailable,
    }
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

#[requires(role = "admin")]
async fn admin(chief: Authorized<_>) -> Json<Value> {
    Json(json!({ "welcome": chief.sub }))
}

/// Creates an in-memory database. An application uses a file or a server.
pub async fn database() -> Result<SqlitePool, sqlx::Error> {
    // Each connection has a separate in-memory database, so keep exactly one connection.
    let one = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let db = one.connect("sqlite::memory:").await?;
    sqlx::query(
        "CREATE TABLE tokens (digest BLOB PRIMARY KEY, user TEXT, role TEXT, revoked INTEGER DEFAULT 0)",
    )
    .execute(&db)
    .await?;
    Ok(db)
}

/// Issues a token, which is displayed once.
pub async fn issue(db: &SqlitePool, user: &str, role: &str) -> Result<NewKey, Box<dyn Error>> {
    let token = NewKey::generate("example")?;
    sqlx::query("INSERT INTO tokens (digest, user, role) VALUES (?, ?, ?)")
        .bind(&token.digest().as_bytes()[..])
        .bind(user)
        .bind(role)
        .execute(db)
        .await?;
    Ok(token)
}

pub fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/admin", get(admin))
}

pub fn app(db: SqlitePool) -> Result<axum::Router, Box<dyn Error>> {
    let gate = Gate::<User>::builder().scheme(Token { db }).build()?;
    Ok(routes().with_state(gate))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let db = database().await?;
    let reader = issue(&db, "reader", "viewer").await?;
    let chief = issue(&db, "chief", "admin").await?;
    let (url, reader, chief) = (format!("http://{}", listener.local_addr()?), reader.text(), chief.text());
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/me      # 401, and how to come in");
    println!("curl -i -H 'Authorization: Token {reader}' {url}/me      # 200");
    println!("curl -i -H 'Authorization: Token {reader}' {url}/admin   # 403");
    println!("curl -i -H 'Authorization: Token {chief}' {url}/admin   # 200");
    axum::serve(listener, app(db)?).await?;
    Ok(())
}
