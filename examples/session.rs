//! Signs users in with a form and keeps them signed in with a cookie. Sessions and users are in
//! SQLite, and the pages work without JavaScript.
//!
//! `cargo run --example session` prints the address to open. `AUTHGATE_ADDR` sets the address to
//! listen on.

#[path = "session/pages.rs"]
mod pages;
#[path = "session/users.rs"]
mod users;

use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::credentials::ReturnTo;
use authgate::routing::{get, post};
use authgate::session::{Accounts as _, BackendError, Sessions};
use authgate::{
    Authenticated, Authorized, Denial, Gate, Roles, Router, Unauthenticated, public, requires, scheme,
};
use axum::extract::{FromRef, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use axum::{Form, Json};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::sqlite::SqlitePoolOptions;
use tower_sessions_sqlx_store::SqliteStore;
use users::Users;

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

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    sessions: Sessions,
    users: Users,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    return_to: ReturnTo,
}

#[public(reason = "people sign in here")]
async fn login_page(Query(target): Query<Target>) -> Response {
    pages::login(&target.return_to)
}

#[derive(Deserialize)]
struct Login {
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
    Form(login): Form<Login>,
) -> Result<Response, Denial> {
    // Check the origin before verifying a password, which costs a hash.
    caller.refuse_cross_site()?;
    let unavailable = |error: BackendError| caller.unavailable(&error);
    match users.login(&login.username, &login.password).await.map_err(unavailable)? {
        scheme::Login::Verified(()) => {}
        scheme::Login::Busy => return Err(caller.busy()),
        scheme::Login::Unavailable => {
            return Err(unavailable(BackendError::new("cannot verify a password")));
        }
        _ => return Ok(pages::wrong_password(&login.return_to)),
    }
    let Some(account) = users.find(&login.username).await.map_err(unavailable)? else {
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

async fn me(user: Authenticated<User>) -> Json<Value> {
    Json(json!({ "roles": user.roles, "sub": user.sub }))
}

#[requires(role = "admin")]
async fn admin(admin: Authorized<_>) -> String {
    format!("{} may do everything here.\n", admin.sub)
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
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
}

/// Returns the routes with the session layer, and the state. The database is in memory, with one
/// connection.
pub async fn parts() -> Result<(Router<App>, App), Box<dyn Error>> {
    let pool = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
    let pool = pool.connect("sqlite::memory:").await?;
    let store = SqliteStore::new(pool.clone());
    store.migrate().await?;
    let users = Users::create(pool).await?;

    let sessions = Sessions::new(store);
    let gate = Gate::<User>::builder()
        .scheme(sessions.scheme(users.clone()).realm("app"))
        .login_page("/login")
        .build()?;
    Ok((routes().layer(sessions.layer()), App { gate, sessions, users }))
}

pub async fn app() -> Result<axum::Router, Box<dyn Error>> {
    let (routes, state) = parts().await?;
    Ok(routes.with_state(state))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let app = app().await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let address = listener.local_addr()?;
    println!(
        "listening on http://{address}

curl -i http://{address}/me                                       # 401
curl -i -c jar -d 'username=reader&password=wonderland' http://{address}/login
curl -i -b jar http://{address}/me                                # 200
curl -i -b jar http://{address}/admin                             # 403
curl -i -c jar -d username=chief --data-urlencode 'password=пароль:42' http://{address}/login
curl -i -b jar http://{address}/admin                             # 200
curl -i -b jar -c jar -X POST http://{address}/logout"
    );
    axum::serve(listener, app).await?;
    Ok(())
}
