//! Authenticates users by HTTP Basic, with password hashes in the format of an htpasswd file.
//!
//! `cargo run --example basic`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`.

use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::password::{Htpasswd, Passwords};
use authgate::routing::get;
use authgate::scheme::Basic;
use authgate::{Authenticated, Authorized, Gate, Roles, Router, public, requires};
use axum::Json;
use serde_json::{Value, json};

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
    name: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

/// Returns the user with this name. An application would query its database.
fn user(name: &str) -> User {
    let role = if name == "chief" { Role::Admin } else { Role::Viewer };
    User { name: name.to_owned(), roles: [role].into_iter().collect() }
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
    Json(json!({ "sub": user.name, "roles": user.roles }))
}

#[requires(role = "admin")]
async fn admin(chief: Authorized<_>) -> Json<Value> {
    Json(json!({ "welcome": chief.name }))
}

pub fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/admin", get(admin))
}

/// Returns the lines of an htpasswd file. An application reads such a file with
/// `Htpasswd::file("users.htpasswd", user)`. The command `htpasswd -B -C 12 users.htpasswd reader`
/// adds a line.
async fn lines(passwords: &Passwords) -> Result<String, Box<dyn Error>> {
    let mut lines = String::new();
    for (name, password) in [("reader", "wonderland"), ("chief", "пароль:42")] {
        let hash = passwords.hash(password).await?;
        lines += &format!("{name}:{hash}\n");
    }
    Ok(lines)
}

pub async fn app() -> Result<axum::Router, Box<dyn Error>> {
    // Hashes on dedicated threads, with bounded concurrency. A login page would share this value.
    let passwords = Passwords::new();
    let users = Htpasswd::text(&lines(&passwords).await?, user)?.passwords(passwords);
    let gate = Gate::builder().scheme(Basic::new(users).realm("api")).build()?;
    Ok(routes().with_state(gate))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/me                              # 401, and how to come in");
    println!("curl -i -u reader:wonderland {url}/me         # 200");
    println!("curl -i -u reader:wonderland {url}/admin      # 403");
    println!("curl -i -u chief:пароль:42 {url}/admin        # 200");
    axum::serve(listener, app().await?).await?;
    Ok(())
}
