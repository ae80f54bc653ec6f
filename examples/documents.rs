//! Documents of organizations: rights on a document, within a tenant, with documents concealed from
//! callers that may not read them.
//!
//! `cargo run --example documents`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `AUTHGATE_HS256_KEY` | signing secret, at least 32 bytes | a known value for local use |
//! | `AUTHGATE_DB` | SQLite file | an in-memory database |
//!
//! A token contains the caller's roles per organization, such as `"orgs": {"acme": ["member"]}`,
//! and the time of the login, `auth_time`. `/openapi.json` documents the required rights and the
//! denials.

#[path = "documents/store.rs"]
mod store;
#[path = "quickstart/tour.rs"]
#[allow(dead_code)]
mod tour;

use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::resource::{Child, Edit, Nested};
use authgate::right::{Tenant, TenantFrom, TenantRoles};
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, Keys};
use authgate::visible::{Column, Filter, ListPolicy, Listable, Page, Related};
use authgate::{
    Authenticated, Authorized, ConfigError, Decision, Denial, Gate, Granted, Policy, Resource, Router,
    public, requires,
};
use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

pub use store::Store;

/// The role of a user in an organization.
#[derive(authgate::Role)]
pub enum Role {
    Member,
    #[role(implies(Member))]
    Admin,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
}

/// An organization, identified by the path: `/orgs/{org}/..`.
pub struct Org {
    name: String,
}

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

impl Resource<App> for Org {
    type Key = String;
    type Error = Infallible;

    /// Needs no lookup, because the token contains the caller's roles in the organization.
    async fn load(name: String, _: &App) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self { name }))
    }
}

#[derive(Serialize)]
pub struct Document {
    id: i64,
    #[serde(skip)]
    org: String,
    owner: String,
    title: String,
    body: String,
    open: bool,
    #[serde(skip)]
    shares: Vec<Share>,
}

#[derive(Deserialize, Serialize)]
pub struct Share {
    with: String,
    #[serde(default)]
    write: bool,
}

/// Loads a document only through its organization. The id of a document in another organization is
/// not found.
impl Nested<Org, App> for Document {
    type Key = i64;
    type Error = sqlx::Error;

    async fn load(org: &Org, id: i64, app: &App) -> Result<Option<Self>, sqlx::Error> {
        app.store.document(&org.name, id).await
    }
}

/// The content of a document as sent by clients.
#[derive(Deserialize)]
pub struct Draft {
    title: String,
    body: String,
    #[serde(default)]
    open: bool,
}

/// Edits that keep the identity of a document.
impl Edit for Document {
    type Patch = Draft;

    fn edit(&mut self, Draft { title, body, open }: Draft) {
        (self.title, self.body, self.open) = (title, body, open);
    }
}

/// Allows the owner, users that the document is shared with, and every member if the document is
/// open. All of them must be members of the organization.
pub struct CanRead;

const ORG: Column<Document> = Column::new("org", |document| document.org.as_str().into());
const OWNER: Column<Document> = Column::new("owner", |document| document.owner.as_str().into());
const OPEN: Column<Document> = Column::new("open", |document| document.open.into());
const SHARED: Related<Document> = Related::new("shares", "document", "documents.id", "reader", |document| {
    document.shares.iter().map(|share| share.with.as_str().into()).collect()
});

/// A filter, so that the list and the single read use the same decision.
impl ListPolicy<Document> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        let member = user.orgs.tenants().filter(|(_, roles)| roles.grants(Role::Member)).map(|(org, _)| org);
        ORG.is_one_of(member).and(OWNER.is(&user.sub).or(OPEN.is(true)).or(SHARED.has(&user.sub)))
    }
}

impl Listable for Document {
    type By = CanRead;
}

/// Allows the owner and users that the document is shared with for writing.
pub struct CanEdit;

impl Policy<Document> for CanEdit {
    type Principal = User;

    fn decide(user: &User, document: &Document) -> Decision {
        let shared = document.shares.iter().any(|share| share.write && share.with == user.sub);
        Decision::allow_if(shared || document.owner == user.sub)
    }
}

/// Allows the owner.
pub struct CanShare;

impl Policy<Document> for CanShare {
    type Principal = User;

    fn decide(user: &User, document: &Document) -> Decision {
        Decision::allow_if(document.owner == user.sub)
    }
}

/// Allows the owner and the admins of the organization. The decision needs both resources.
pub struct CanDelete;

impl Policy<Child<Org, Document>> for CanDelete {
    type Principal = User;

    fn decide(user: &User, document: &Child<Org, Document>) -> Decision {
        let admin = user.orgs.grants_in(&document.parent().name, Role::Admin);
        Decision::allow_if(admin || document.owner == user.sub)
    }
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    store: Store,
    openapi: OpenApi,
}

/// The OpenAPI document, generated once.
#[derive(Clone)]
pub struct OpenApi(Bytes);

#[public(reason = "load balancer probe")]
async fn health() -> &'static str {
    "ok"
}

#[public(reason = "crawlers read it first")]
async fn robots() -> &'static str {
    "User-agent: *\nDisallow: /\n"
}

#[public(reason = "developers of clients read it first")]
async fn openapi(State(OpenApi(document)): State<OpenApi>) -> impl IntoResponse {
    ([(CONTENT_TYPE, "application/json")], document)
}

async fn me(user: Authenticated<User>) -> Json<Value> {
    Json(json!({ "sub": user.sub, "orgs": user.orgs }))
}

// With `conceal`, callers that are not members of the organization get 404.

#[requires(role = "member", in = Org, conceal)]
async fn list(
    member: Authorized<_>,
    State(store): State<Store>,
) -> Result<Json<Granted<CanRead, Page<Document>>>, Failed> {
    Ok(Json(store.documents(member).await?))
}

#[requires(role = "member", in = Org, conceal)]
async fn create(
    member: Authorized<_>,
    State(store): State<Store>,
    Json(draft): Json<Draft>,
) -> Result<(StatusCode, Json<Document>), Failed> {
    Ok((StatusCode::CREATED, Json(store.create(&member, draft).await?)))
}

/// The result of a handler. Its parameter is written as `Granted<_, ..>`, which `#[requires]`
/// completes: behind an alias, the document would be loaded and checked twice.
type Found<Right> = Granted<Right, Child<Org, Document>>;

#[requires(role = "member", in = Org, policy = CanRead, on = Child<Org, Document>, conceal)]
async fn read(document: Granted<_, Child<Org, Document>>) -> Json<Found<CanRead>> {
    Json(document)
}

// Callers that may not read the document get 404. Callers that may read but not edit it get 403.

#[requires(role = "member", in = Org, policy = CanEdit, on = Child<Org, Document>, conceal = CanRead)]
async fn edit(
    document: Granted<_, Child<Org, Document>>,
    State(store): State<Store>,
    Json(draft): Json<Draft>,
) -> Result<Json<Found<CanEdit>>, Failed> {
    Ok(Json(store.save(document.edit(draft)).await?))
}

#[requires(role = "member", in = Org, policy = CanShare, on = Child<Org, Document>, conceal = CanRead)]
async fn share(
    document: Granted<_, Child<Org, Document>>,
    State(store): State<Store>,
    Json(share): Json<Share>,
) -> Result<StatusCode, Failed> {
    store.share(&document, share).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[requires(role = "member", in = Org, fresh = "5m", policy = CanDelete, on = Child<Org, Document>, conceal = CanRead)]
async fn delete(
    document: Granted<_, Child<Org, Document>>,
    State(store): State<Store>,
) -> Result<StatusCode, Failed> {
    store.delete(document).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The errors that can occur after authorization.
pub enum Failed {
    Denied(Denial),
    Database(sqlx::Error),
}

impl From<Denial> for Failed {
    fn from(denial: Denial) -> Self {
        Self::Denied(denial)
    }
}

impl From<sqlx::Error> for Failed {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        match self {
            Self::Denied(denial) => denial.into_response(),
            Self::Database(error) => {
                eprintln!("documents: {error}");
                StatusCode::SERVICE_UNAVAILABLE.into_response()
            }
        }
    }
}

pub fn routes() -> Router<App> {
    Router::new()
        .route("/health", get(health))
        .route("/robots.txt", get(robots))
        .route("/openapi.json", get(openapi))
        .route("/me", get(me))
        .route("/orgs/{org}/documents", get(list).post(create))
        .route("/orgs/{org}/documents/{id}", get(read).put(edit).delete(delete))
        .route("/orgs/{org}/documents/{id}/share", post(share))
}

pub fn state(keys: Keys, store: Store) -> Result<App, ConfigError> {
    let gate = Gate::<User>::builder()
        .scheme(Bearer::jwt(keys).issuer(tour::ISSUER).audience(tour::AUDIENCE).realm("documents"))
        .build()?;
    let openapi = routes().access().openapi().gate(&gate).title("Documents of organisations").build()?;
    Ok(App { gate, store, openapi: OpenApi(openapi.to_string().into()) })
}

pub fn app(keys: Keys, store: Store) -> Result<axum::Router, Box<dyn Error>> {
    Ok(routes().with_state(state(keys, store)?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let colours = std::io::stderr().is_terminal();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(colours).init();
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let secret =
        env::var("AUTHGATE_HS256_KEY").unwrap_or_else(|_| "an example's secret, known to all".into());
    let store = match env::var_os("AUTHGATE_DB") {
        Some(path) => Store::open(path.as_ref()).await?,
        None => Store::temporary().await?,
    };
    let app = app(Keys::hs256(&secret)?, store)?;
    let listener = tokio::net::TcpListener::bind(&address).await?;
    tell(&format!("http://{}", listener.local_addr()?), secret.as_bytes())?;
    axum::serve(listener, app).await?;
    Ok(())
}

/// Prints the access table, and a curl command for each possible response.
fn tell(url: &str, secret: &[u8]) -> Result<(), Box<dyn Error>> {
    let token = |sub: &str, org: &str, role: &str, auth_time: u64| {
        tour::token(secret, &json!({ "sub": sub, "orgs": { org: [role] }, "auth_time": auth_time }))
    };
    let now = tour::now()?;
    println!("listening on {url}, without TLS: for a try on this machine alone\n\n{}", routes().access());
    println!("A={}", token("sub-a", "acme", "member", now)?);
    println!("B={}", token("sub-b", "acme", "member", now)?);
    println!("STALE={}", token("sub-a", "acme", "member", now - 3600)?);
    println!("ADMIN={}", token("sub-x", "acme", "admin", now)?);
    println!("OTHER={}\n", token("sub-g", "globex", "admin", now)?);
    let documents = format!("{url}/orgs/acme/documents");
    let put = "-X PUT -H 'Content-Type: application/json' -d '{\"title\": \"Plan\", \"body\": \"..\"}'";
    for (token, arguments, target, answer) in [
        ("A", "", "", "200: both, his own and the open one"),
        ("B", "", "", "200: the open one, which is his"),
        ("A", "", "/1", "200: his own"),
        ("B", "", "/1", "404: private, and concealed"),
        ("A", "", "/3", "404: another organisation's"),
        ("OTHER", "", "", "404: another organisation"),
        ("A", put, "/2", "403: may read it, but not edit it"),
        ("B", put, "/1", "404: may not even read it"),
        ("STALE", "-X DELETE", "/1", "401: sign in again"),
        ("ADMIN", "-X DELETE", "/1", "204: an admin, signed in just now"),
    ] {
        println!(
            "curl -i {arguments} -H \"Authorization: Bearer ${token}\" {documents}{target}   # {answer}"
        );
    }
    println!();
    Ok(())
}
