//! Combines all schemes on one router. Browsers sign in and have sessions, and programs use API
//! keys, passwords or tokens. Each handler declares who may call it, independent of the scheme.
//!
//! `cargo run --example mixed`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_API_KEYS` | `reader=KEY,chief=KEY` | generated and printed at startup |
//! | `AUTHGATE_HS256_KEY` | signing secret, at least 32 bytes | a known value for local use |

#[path = "session/pages.rs"]
mod pages;
#[path = "mixed/users.rs"]
mod users;

use std::env::{self, VarError};
use std::error::Error;
use std::io::IsTerminal as _;
use std::time::{SystemTime, UNIX_EPOCH};

use authgate::credentials::ReturnTo;
use authgate::routing::{get, post};
use authgate::scheme::api_key::{InMemoryApiKeys, KeyDigest, KeyRecord, NewKey};
use authgate::scheme::{ApiKey, Basic, Bearer, Keys, Login, Users as _};
use authgate::session::{BackendError, Sessions};
use authgate::{Authenticated, Authorized, Denial, Gate, Roles, Router, Unauthenticated, public, requires};
use axum::extract::{FromRef, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Form, Json};
use jsonwebtoken::{EncodingKey, Header, encode};
use serde::Deserialize;
use serde_json::{Value, json};
use users::Users;

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "https://api.example";
pub const SECRET: &str = "an example's secret, known to all";

#[derive(Clone, Copy, authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(Clone, authgate::Principal, Deserialize)]
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
    sessions: Sessions,
    users: Users,
}

/// Accepts all four schemes. Each of them returns the same `User`.
async fn me(user: Authenticated<User>) -> Json<Value> {
    Json(json!({ "by": user.context().scheme(), "roles": user.roles, "sub": user.sub }))
}

#[requires(role = "admin")]
async fn admin(chief: Authorized<_>) -> Json<Value> {
    Json(json!({ "welcome": chief.sub }))
}

/// A webhook for another service, which must use its API key. The challenge on a denial follows
/// from the rule.
#[requires(role = "viewer", scheme = ApiKey)]
async fn webhook(caller: Authorized<_>) -> Json<Value> {
    Json(json!({ "received from": caller.sub }))
}

#[public(reason = "people sign in here")]
async fn login_page(Query(target): Query<Target>) -> Response {
    pages::login(&target.return_to)
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    return_to: ReturnTo,
}

#[derive(Deserialize)]
struct Credentials {
    username: String,
    password: String,
    #[serde(default)]
    return_to: ReturnTo,
}

#[public(reason = "people sign in here")]
async fn login(
    caller: Unauthenticated<User>,
    State(sessions): State<Sessions>,
    State(users): State<Users>,
    Form(login): Form<Credentials>,
) -> Result<Response, Denial> {
    caller.refuse_cross_site()?;
    match users.login(&login.username, &login.password).await {
        Login::Verified(_) => {}
        Login::Busy => return Err(caller.busy()),
        Login::Unavailable => return Err(caller.unavailable(&BackendError::new("cannot verify a password"))),
        _ => return Ok(pages::wrong_password(&login.return_to)),
    }
    let Some(account) = users.account(&login.username) else {
        return Ok(pages::wrong_password(&login.return_to));
    };
    sessions.sign_in(&caller, &login.username, &account).await?;
    Ok(Redirect::to(login.return_to.path_or("/")).into_response())
}

#[public(reason = "a second sign-out, as in another tab, is not an error")]
async fn logout(caller: Unauthenticated<User>, State(sessions): State<Sessions>) -> Result<Redirect, Denial> {
    sessions.sign_out(&caller).await?;
    Ok(Redirect::to("/"))
}

#[public(reason = "shows the name of the caller, if there is one")]
async fn home(user: Option<Authenticated<User>>) -> Response {
    pages::home(user.as_ref().map(|user| user.sub.as_str()))
}

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

#[public(reason = "crawlers read it first")]
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/", get(home))
        .route("/login", get(login_page).post(login))
        .route("/logout", post(logout))
        .route("/me", get(me))
        .route("/admin", get(admin))
        .route("/webhook", post(webhook))
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
}

/// Returns the digest of a key. Because this is an example, a guessable key only causes a warning.
fn digest_of(name: &str, key: &str) -> KeyDigest {
    KeyDigest::of_text(key).unwrap_or_else(|error| {
        eprintln!("AUTHGATE_API_KEYS, {name}: {error}; taken all the same, as this is an example");
        KeyDigest::of_presented(key.as_bytes())
    })
}

/// Parses keys of the form `reader=KEY,chief=KEY`.
fn api_keys(configured: &str) -> Result<InMemoryApiKeys<User>, Box<dyn Error>> {
    let keys = InMemoryApiKeys::new();
    for pair in configured.split(',') {
        let (name, key) = pair.split_once('=').ok_or("write name=KEY pairs, with commas between them")?;
        let (name, key) = (name.trim(), key.trim());
        let user = users::user(name).ok_or("the names are reader and chief")?;
        keys.insert(digest_of(name, key), KeyRecord::new(user))?;
    }
    Ok(keys)
}

/// Issues a viewer's token that is valid for one hour. In production, the issuer does this.
fn token(secret: &str) -> Result<String, Box<dyn Error>> {
    let expires = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() + 3600;
    let claims =
        json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "tess", "roles": ["viewer"], "exp": expires });
    Ok(encode(&Header::default(), &claims, &EncodingKey::from_secret(secret.as_bytes()))?)
}

/// Returns the routes with the session layer, and the state.
pub async fn parts(configured: &str, secret: &str) -> Result<(Router<App>, App), Box<dyn Error>> {
    let users = Users::new().await?;
    let sessions = Sessions::in_memory();
    let gate = Gate::<User>::builder()
        .scheme(Bearer::jwt(Keys::hs256(secret)?).issuer(ISSUER).audience(AUDIENCE).realm("api"))
        .scheme(Basic::new(users.clone()).realm("api"))
        .scheme(ApiKey::header("x-api-key", api_keys(configured)?).realm("api"))
        .scheme(sessions.scheme(users.clone()).realm("app"))
        .login_page("/login")
        .app_name("Mixed")
        .build()?;
    Ok((routes().layer(sessions.layer()), App { gate, sessions, users }))
}

pub async fn app(configured: &str, secret: &str) -> Result<axum::Router, Box<dyn Error>> {
    let (routes, state) = parts(configured, secret).await?;
    Ok(routes.with_state(state))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let keys = match env::var("AUTHGATE_API_KEYS") {
        Ok(keys) => keys,
        Err(VarError::NotPresent) => {
            let (reader, chief) = (NewKey::generate("mixed")?, NewKey::generate("mixed")?);
            println!("READERS_KEY={}   # shown this once", reader.text());
            println!("CHIEFS_KEY={}   # shown this once", chief.text());
            format!("reader={},chief={}", reader.text(), chief.text())
        }
        Err(error) => return Err(format!("AUTHGATE_API_KEYS: {error}").into()),
    };
    let secret = env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| SECRET.into());
    let app = app(&keys, &secret).await?;
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("TOKEN={}", token(&secret)?);
    println!("open {url}/admin in a browser                     # 303 to sign in, and back");
    println!("curl -i {url}/me                                  # 401, and how to come in");
    println!("curl -i -u reader:wonderland {url}/admin          # 403");
    println!("curl -i -u chief:пароль:42 {url}/admin            # 200");
    println!("curl -i -X POST -u chief:пароль:42 {url}/webhook  # 401: it takes API keys");
    println!("curl -i -X POST -H \"x-api-key: $READERS_KEY\" {url}/webhook   # 200");
    println!("curl -i -H \"Authorization: Bearer $TOKEN\" {url}/me   # 200");
    axum::serve(listener, app).await?;
    Ok(())
}
