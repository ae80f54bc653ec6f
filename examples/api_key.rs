//! Authenticates programs by API keys in the header field `x-api-key`, one key per program.
//!
//! `cargo run --example api_key`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_API_KEYS` | `reader=KEY,chief=KEY` | generated and printed at startup |

use std::env::{self, VarError};
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::routing::get;
use authgate::scheme::ApiKey;
use authgate::scheme::api_key::{InMemoryApiKeys, KeyDigest, KeyRecord, NewKey};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, public, requires};
use axum::Json;
use serde_json::{Value, json};

#[derive(authgate::Role)]
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

/// Returns the user with this name.
fn user(name: &str) -> Option<User> {
    let role = match name {
        "reader" => Role::Viewer,
        "chief" => Role::Admin,
        _ => return None,
    };
    Some(User { sub: name.to_owned(), roles: [role].into_iter().collect() })
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
    Json(json!({ "welcome": chief.sub, "key": chief.context().token_id() }))
}

/// Returns the digest of a key. Because this is an example, a guessable key only causes a warning.
fn digest_of(name: &str, key: &str) -> KeyDigest {
    KeyDigest::of_text(key).unwrap_or_else(|error| {
        eprintln!("AUTHGATE_API_KEYS, {name}: {error}; taken all the same, as this is an example");
        KeyDigest::of_presented(key.as_bytes())
    })
}

/// Parses keys of the form `reader=KEY,chief=KEY`. The table stores only their digests.
pub fn read(configured: &str) -> Result<InMemoryApiKeys<User>, Box<dyn Error>> {
    let keys = InMemoryApiKeys::new();
    for (position, pair) in configured.split(',').enumerate() {
        let (name, key) = pair.split_once('=').ok_or("write name=KEY pairs, with commas between them")?;
        let (name, key) = (name.trim(), key.trim());
        let user = user(name).ok_or("the names are reader and chief")?;
        let record = KeyRecord::new(user).with_id(format!("configured-{position}"));
        keys.insert(digest_of(name, key), record)?;
    }
    Ok(keys)
}

/// Generates new keys and prints them once.
fn make() -> Result<InMemoryApiKeys<User>, Box<dyn Error>> {
    let keys = InMemoryApiKeys::new();
    for user in ["reader", "chief"].into_iter().filter_map(user) {
        let key = NewKey::generate("example")?;
        println!("{}S_KEY={}   # shown this once", user.sub.to_uppercase(), key.text());
        keys.insert(key.digest(), KeyRecord::new(user).with_id("made-at-start"))?;
    }
    Ok(keys)
}

pub fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/me", get(me))
        .route("/admin", get(admin))
}

/// Builds the application. The gate has a clone of the key table, which shares its content. Keys
/// can therefore be added and removed while the server runs.
pub fn app(keys: &InMemoryApiKeys<User>) -> Result<axum::Router, Box<dyn Error>> {
    let gate =
        Gate::<User>::builder().scheme(ApiKey::header("x-api-key", keys.clone()).realm("api")).build()?;
    Ok(routes().with_state(gate))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let keys = match env::var("AUTHGATE_API_KEYS") {
        Ok(configured) => read(&configured).map_err(|error| format!("AUTHGATE_API_KEYS: {error}"))?,
        Err(VarError::NotPresent) => make()?,
        Err(error) => return Err(format!("AUTHGATE_API_KEYS: {error}").into()),
    };
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/me                                   # 401, and how to come in");
    println!("curl -i -H \"x-api-key: $READERS_KEY\" {url}/me      # 200");
    println!("curl -i -H \"x-api-key: $READERS_KEY\" {url}/admin   # 403");
    println!("curl -i -H \"Authorization: ApiKey $CHIEFS_KEY\" {url}/admin   # 200, in the other place");
    axum::serve(listener, app(&keys)?).await?;
    Ok(())
}
