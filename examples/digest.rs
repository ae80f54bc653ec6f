//! Authenticates users by HTTP Digest (RFC 7616), which never sends the password. The algorithms
//! are SHA-256, and MD5 for wget, which supports no other.
//!
//! `cargo run --example digest` prints curl commands to try. `AUTHGATE_ADDR` sets the address to
//! listen on, by default `127.0.0.1:3000`.

use authgate::routing::get;
use authgate::scheme::Digest;
use authgate::scheme::digest::{Ha1, InMemoryDigestUsers};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, public, requires};
use axum::Json;
use serde_json::{Value, json};
use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

#[derive(Clone, Copy, authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(Clone, authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

impl User {
    fn new(name: &str, role: Role) -> Self {
        Self { sub: name.into(), roles: [role].into_iter().collect() }
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
    Json(json!({ "roles": user.roles, "sub": user.sub }))
}

#[requires(role = "admin")]
async fn admin(admin: Authorized<_>) -> String {
    format!("welcome, {}\n", admin.sub)
}

/// The realm is part of every password hash. After a change, every password must be set again.
const REALM: &str = "digest example";

pub fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/admin", get(admin))
}

pub fn app() -> Result<axum::Router, Box<dyn Error>> {
    // The table stores only H(user:realm:password). An application loads it from a file with
    // `InMemoryDigestUsers::from_htdigest`, or implements `DigestUsers` for its database.
    let stored = |name, password| [Ha1::sha256(name, REALM, password), Ha1::md5(name, REALM, password)];
    let users = InMemoryDigestUsers::new(REALM)
        .stored("reader", stored("reader", "wonderland"), User::new("reader", Role::Viewer))
        .stored("chief", stored("chief", "пароль:42"), User::new("chief", Role::Admin));
    let digest = Digest::new(users).realm(REALM).dangerous("wget knows no other").with_md5();
    let gate = Gate::<User>::builder().scheme(digest).build()?;

    Ok(routes().with_state(gate))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/me                                            # 401, and what to prove");
    println!("curl -i --digest -u reader:wonderland {url}/me              # 200");
    println!("curl -i --digest -u reader:wonderland {url}/admin           # 403");
    println!("curl -i --digest -u 'chief:пароль:42' {url}/admin           # 200");
    println!("wget -qO- --user reader --password wonderland {url}/me    # 200, by MD5");
    axum::serve(listener, app()?).await?;
    Ok(())
}
