//! Rights that an OpenFGA server decides: relations of a user to a document, and one without a
//! resource.
//!
//! `cargo run --example openfga` prints curl commands.
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | address to listen on | `127.0.0.1:3000` |
//! | `OPENFGA_URL` | the API of an OpenFGA server | a small server in this process |
//! | `OPENFGA_STORE` | the id of the store | `demo` |

#[path = "openfga/server.rs"]
pub mod server;

use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::marker::PhantomData;
use std::sync::Arc;

use authgate::oauth::{BackendError, Fetch as _, HttpClient};
use authgate::password::{Htpasswd, Passwords};
use authgate::resource::{Async, AsyncPolicy};
use authgate::right::AsyncRequirement;
use authgate::routing::{get, post};
use authgate::scheme::Basic;
use authgate::{Authorized, Context, Decision, Gate, Granted, Resource, Router, requires};
use axum::extract::FromRef;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Request, StatusCode};
use serde::Deserialize;
use serde_json::json;

#[derive(authgate::Principal)]
pub struct User {
    #[principal(id)]
    name: String,
}

/// A client of an OpenFGA server.
struct OpenFga {
    http: HttpClient,
    check: String,
}

#[derive(Deserialize)]
struct Checked {
    allowed: bool,
}

impl OpenFga {
    fn new(url: &str, store: &str) -> Result<Self, Box<dyn Error>> {
        let url = url.trim_end_matches('/');
        Ok(Self { http: HttpClient::new()?, check: format!("{url}/stores/{store}/check") })
    }

    async fn check(&self, user: &User, relation: &str, object: &str) -> Result<bool, BackendError> {
        let user = format!("user:{}", user.name);
        let tuple = json!({ "tuple_key": { "user": user, "relation": relation, "object": object } });
        let request = Request::post(&self.check).header(CONTENT_TYPE, "application/json");
        let request = request.body(tuple.to_string().into()).map_err(BackendError::new)?;
        let response = self.http.fetch(request).await?;
        if response.status() != StatusCode::OK {
            return Err(BackendError::new(format!("status {}", response.status())));
        }
        let checked: Checked = serde_json::from_slice(response.body()).map_err(BackendError::new)?;
        Ok(checked.allowed)
    }

    /// Decides whether the user has the relation to the object. Without an answer, the response is
    /// 503.
    async fn decide(&self, user: &User, relation: &str, object: &str) -> Decision {
        match self.check(user, relation, object).await {
            Ok(allowed) => Decision::allow_if(allowed),
            Err(error) => {
                eprintln!("OpenFGA does not answer: {error}");
                Decision::Unavailable
            }
        }
    }
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    relations: Arc<OpenFga>,
}

/// A relation of the authorization model.
pub trait Relation: Send + 'static {
    const NAME: &'static str;
}

pub struct Viewer;
pub struct Editor;

impl Relation for Viewer {
    const NAME: &'static str = "viewer";
}

impl Relation for Editor {
    const NAME: &'static str = "editor";
}

/// A resource that the server knows.
pub trait Object {
    fn object(&self) -> String;
}

/// Held by users that have the relation to the resource: `Is<Editor>`.
pub struct Is<R>(PhantomData<R>);

impl<R: Relation, T: Object + Sync> AsyncPolicy<T, App> for Is<R> {
    type Principal = User;

    async fn decide(user: &User, _: &Context, object: &T, app: &App) -> Decision {
        app.relations.decide(user, R::NAME, &object.object()).await
    }
}

pub struct Document {
    id: u64,
}

impl Object for Document {
    fn object(&self) -> String {
        format!("document:{}", self.id)
    }
}

impl Resource<App> for Document {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok((1..=3).contains(&id).then_some(Self { id }))
    }
}

/// The right to create documents. There is no document yet, and so no resource of the request.
#[derive(authgate::Right)]
#[right(principal = User, kind = "relation", name = "author")]
pub struct Author;

impl AsyncRequirement<User, App> for Author {
    async fn decide(user: &User, _: &Context, app: &App) -> Decision {
        app.relations.decide(user, "author", "library:main").await
    }
}

#[requires(policy = Async<Is<Viewer>>, on = Document, principal = User, conceal)]
async fn read(document: Granted<_, Document>) -> String {
    format!("document {}\n", document.id)
}

#[requires(policy = Async<Is<Editor>>, on = Document, principal = User, conceal = Async<Is<Viewer>>)]
async fn edit(document: Granted<_, Document>) -> String {
    format!("document {} edited by {}\n", document.id, document.principal().name)
}

#[requires(policy = Async<Author>)]
async fn create(by: Authorized<_>) -> (StatusCode, String) {
    (StatusCode::CREATED, format!("created by {}\n", by.name))
}

pub fn routes() -> Router<App> {
    Router::new().route("/documents", post(create)).route("/documents/{id}", get(read).put(edit))
}

pub async fn app(url: &str, store: &str) -> Result<axum::Router, Box<dyn Error>> {
    let passwords = Passwords::new();
    let mut lines = String::new();
    for name in ["ada", "eve"] {
        lines += &format!("{name}:{}\n", passwords.hash(&format!("{name}-password")).await?);
    }
    let users = Htpasswd::text(&lines, |name| User { name: name.to_owned() })?.passwords(passwords);
    let gate = Gate::builder().scheme(Basic::new(users).realm("documents")).build()?;
    Ok(routes().with_state(App { gate, relations: Arc::new(OpenFga::new(url, store)?) }))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let store = env::var("OPENFGA_STORE").unwrap_or_else(|_| "demo".into());
    let server = match env::var("OPENFGA_URL") {
        Ok(url) => url,
        Err(_) => server::serve().await?,
    };
    let app = app(&server, &store).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, and OpenFGA on {server}\n");
    for (user, request, result) in [
        ("ada", "/documents/1 -X PUT", "200, an editor"),
        ("eve", "/documents/1", "200, a viewer"),
        ("eve", "/documents/1 -X PUT", "403, may only read"),
        ("ada", "/documents/2", "404, has no relation to it"),
        ("ada", "/documents -X POST", "201, an author"),
        ("eve", "/documents -X POST", "403, not an author"),
    ] {
        println!("curl -i -u {user}:{user}-password {url}{request}   # {result}");
    }
    axum::serve(listener, app).await?;
    Ok(())
}
