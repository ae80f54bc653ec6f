//! Rights that a Cedar policy decides: over documents, and one without a resource.
//!
//! `cargo run --example cedar` prints curl commands. `AUTHGATE_ADDR` sets the address to listen on.
//! The policies are in `cedar/policies.cedar`. They are checked against the schema at the start.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::env;
use std::error::Error;
use std::sync::Arc;

use authgate::password::{Htpasswd, Passwords};
use authgate::resource::{Async, AsyncPolicy};
use authgate::right::AsyncRequirement;
use authgate::routing::{get, post};
use authgate::scheme::Basic;
use authgate::{Authorized, Context, Decision, Gate, Granted, Resource, Router, requires};
use axum::extract::FromRef;
use axum::http::StatusCode;
use cedar_policy::{
    Authorizer, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};

#[derive(authgate::Principal)]
pub struct User {
    #[principal(id)]
    name: String,
    groups: &'static [&'static str],
}

/// The policies, and the schema of what they decide about.
pub struct Cedar {
    schema: Schema,
    policies: PolicySet,
}

type CedarError = Box<dyn Error + Send + Sync>;

fn uid(kind: &str, id: &str) -> Result<EntityUid, CedarError> {
    Ok(EntityUid::from_type_name_and_id(kind.parse::<EntityTypeName>()?, EntityId::new(id)))
}

impl Cedar {
    fn new(policies: &str) -> Result<Self, Box<dyn Error>> {
        let (schema, warnings) = Schema::from_cedarschema_str(include_str!("cedar/schema.cedarschema"))?;
        warnings.for_each(|warning| eprintln!("{warning}"));
        let policies: PolicySet = policies.parse()?;
        let checked = Validator::new(schema.clone()).validate(&policies, ValidationMode::default());
        match checked.validation_errors().next() {
            Some(error) => Err(error.to_string().into()),
            None => Ok(Self { schema, policies }),
        }
    }

    /// Decides whether the user may do this with the resource.
    fn decide(&self, user: &User, action: &str, resource: Result<Entity, CedarError>) -> Decision {
        let decided = || {
            let resource = resource?;
            let groups = user.groups.iter().map(|group| uid("Group", group));
            let groups: HashSet<_> = groups.collect::<Result<_, _>>()?;
            let user = Entity::new(uid("User", &user.name)?, HashMap::new(), groups)?;
            let request = Request::new(
                user.uid(),
                uid("Action", action)?,
                resource.uid(),
                cedar_policy::Context::empty(),
                Some(&self.schema),
            )?;
            let entities = Entities::from_entities([user, resource], Some(&self.schema))?;
            Ok::<_, CedarError>(Authorizer::new().is_authorized(&request, &self.policies, &entities))
        };
        let response = match decided() {
            Ok(response) => response,
            Err(error) => return undecided(&*error),
        };
        // Cedar skips a policy that fails. Without one that forbids, the decision is too lenient.
        if let Some(error) = response.diagnostics().errors().next() {
            return undecided(error);
        }
        Decision::allow_if(response.decision() == cedar_policy::Decision::Allow)
    }
}

/// Responds with 503, and logs why.
fn undecided(error: &dyn Error) -> Decision {
    eprintln!("Cedar cannot decide: {error}");
    Decision::Unavailable
}

#[derive(Clone, FromRef)]
pub struct App {
    gate: Gate<User>,
    cedar: Arc<Cedar>,
}

/// A resource that policies decide about.
trait Described {
    fn entity(&self) -> Result<Entity, CedarError>;
}

pub struct Document {
    id: u64,
    owner: &'static str,
    published: bool,
    locked: bool,
}

const DOCUMENTS: [Document; 3] = [
    Document { id: 1, owner: "ada", published: false, locked: false },
    Document { id: 2, owner: "ada", published: true, locked: false },
    Document { id: 3, owner: "ada", published: true, locked: true },
];

impl Described for Document {
    fn entity(&self) -> Result<Entity, CedarError> {
        let attributes = HashMap::from([
            ("owner".to_owned(), RestrictedExpression::new_entity_uid(uid("User", self.owner)?)),
            ("published".to_owned(), RestrictedExpression::new_bool(self.published)),
            ("locked".to_owned(), RestrictedExpression::new_bool(self.locked)),
        ]);
        Ok(Entity::new(uid("Document", &self.id.to_string())?, attributes, HashSet::new())?)
    }
}

impl Resource<App> for Document {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Infallible> {
        Ok(DOCUMENTS.into_iter().find(|document| document.id == id))
    }
}

/// The actions, as rights. `Async`, because such a policy sees the state, where Cedar is.
pub struct Read;
pub struct Edit;

impl<T: Described + Sync> AsyncPolicy<T, App> for Read {
    type Principal = User;

    async fn decide(user: &User, _: &Context, resource: &T, app: &App) -> Decision {
        app.cedar.decide(user, "read", resource.entity())
    }
}

impl<T: Described + Sync> AsyncPolicy<T, App> for Edit {
    type Principal = User;

    async fn decide(user: &User, _: &Context, resource: &T, app: &App) -> Decision {
        app.cedar.decide(user, "edit", resource.entity())
    }
}

/// The right to create documents. There is no document yet, and so no resource of the request.
#[derive(authgate::Right)]
#[right(principal = User, kind = "action", name = "create")]
pub struct Create;

impl AsyncRequirement<User, App> for Create {
    async fn decide(user: &User, _: &Context, app: &App) -> Decision {
        app.cedar.decide(user, "create", uid("Library", "main").map(Entity::with_uid))
    }
}

#[requires(policy = Async<Read>, on = Document, principal = User, conceal)]
async fn read(document: Granted<_, Document>) -> String {
    format!("document {} of {}\n", document.id, document.owner)
}

#[requires(policy = Async<Edit>, on = Document, principal = User, conceal = Async<Read>)]
async fn edit(document: Granted<_, Document>) -> String {
    format!("document {} edited by {}\n", document.id, document.principal().name)
}

#[requires(policy = Async<Create>)]
async fn create(by: Authorized<_>) -> (StatusCode, String) {
    (StatusCode::CREATED, format!("created by {}\n", by.name))
}

pub fn routes() -> Router<App> {
    Router::new().route("/documents", post(create)).route("/documents/{id}", get(read).put(edit))
}

pub async fn app(policies: &str) -> Result<axum::Router, Box<dyn Error>> {
    let passwords = Passwords::new();
    let mut lines = String::new();
    for name in ["ada", "eve", "edgar"] {
        lines += &format!("{name}:{}\n", passwords.hash(&format!("{name}-password")).await?);
    }
    let user =
        |name: &str| User { name: name.to_owned(), groups: if name == "edgar" { &["editors"] } else { &[] } };
    let users = Htpasswd::text(&lines, user)?.passwords(passwords);
    let gate = Gate::builder().scheme(Basic::new(users).realm("documents")).build()?;
    Ok(routes().with_state(App { gate, cedar: Arc::new(Cedar::new(policies)?) }))
}

pub const POLICIES: &str = include_str!("cedar/policies.cedar");

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let app = app(POLICIES).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}\n");
    for (user, request, result) in [
        ("ada", "/documents/1", "200, the owner"),
        ("eve", "/documents/1", "404, not published"),
        ("eve", "/documents/2", "200, published"),
        ("eve", "/documents/2 -X PUT", "403, may only read"),
        ("edgar", "/documents/2 -X PUT", "200, an editor"),
        ("edgar", "/documents/3 -X PUT", "403, locked"),
        ("edgar", "/documents -X POST", "201, an editor"),
        ("ada", "/documents -X POST", "403, not an editor"),
    ] {
        println!("curl -i -u {user}:{user}-password {url}{request}   # {result}");
    }
    axum::serve(listener, app).await?;
    Ok(())
}
