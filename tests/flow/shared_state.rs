//! States as axum applications have them: in an `Arc`, or owned by a framework.

use std::collections::BTreeMap;
use std::sync::Arc;

use authgate::resource::{Async, AsyncPolicy, Child, Nested};
use authgate::routing::get;
use authgate::{Authenticated, Context, Decision, Gate, Granted, Policy, Resource, Router, requires};
use authgate_tests::app::{Role, User, bearer};
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::{token, token_of};
use axum::extract::{FromRef, State};
use serde_json::json;

#[derive(FromRef)]
struct App {
    gate: Gate<User>,
    owners: BTreeMap<u64, String>,
}

impl App {
    fn new() -> Arc<Self> {
        let gate = Gate::builder().scheme(bearer()).build().unwrap();
        Arc::new(Self { gate, owners: [(1, "vera".to_owned()), (2, "ada".to_owned())].into() })
    }
}

struct Note {
    owner: String,
}

impl Resource<App> for Note {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(id: u64, app: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(app.owners.get(&id).map(|owner| Self { owner: owner.clone() }))
    }
}

struct Page(u64);

impl Nested<Note, App> for Page {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: &Note, id: u64, _: &App) -> Result<Option<Self>, std::io::Error> {
        Ok(Some(Self(id)))
    }
}

struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(user: &User, note: &Note) -> Decision {
        Decision::allow_if(user.sub == note.owner)
    }
}

impl Policy<Child<Note, Page>> for Owns {
    type Principal = User;

    fn decide(user: &User, page: &Child<Note, Page>) -> Decision {
        Decision::allow_if(user.sub == page.parent().owner)
    }
}

struct OwnsByDatabase;

impl AsyncPolicy<Note, App> for OwnsByDatabase {
    type Principal = User;

    async fn decide(user: &User, _: &Context, note: &Note, app: &App) -> Decision {
        Decision::allow_if(app.owners.values().any(|owner| *owner == user.sub && *owner == note.owner))
    }
}

#[requires(policy = Owns, on = Note)]
async fn note(note: Granted<_, Note>, State(app): State<Arc<App>>) -> String {
    format!("{} of {}", note.owner, app.owners.len())
}

async fn page(page: Granted<Owns, Child<Note, Page>>) -> String {
    page.0.to_string()
}

async fn by_database(note: Granted<Async<OwnsByDatabase>, Note, User>) -> String {
    note.into_resource().owner
}

#[requires(role = Role::Admin)]
async fn purge(State(_): State<Arc<App>>) {}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[tokio::test]
async fn state_in_an_arc_serves_gate_resources_and_policies() {
    let routes: Router<Arc<App>> = Router::new()
        .route("/me", get(me))
        .route("/purge", get(purge))
        .route("/notes/{id}", get(note))
        .route("/notes/{id}/pages/{page}", get(page))
        .route("/by-database/{id}", get(by_database));
    let app = routes.with_state(App::new());
    let vera = token(&json!({}));
    ask(&app, "GET /me", &[]).await.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
    ask_with(&app, "GET /me", &vera).await.assert_is(200, "vera");
    ask_with(&app, "GET /purge", &vera).await.assert_denied(403, "role_missing", &[]);
    assert_eq!(ask_with(&app, "GET /purge", &token_of(&["admin"])).await.status, 200);
    ask_with(&app, "GET /notes/1", &vera).await.assert_is(200, "vera of 2");
    ask_with(&app, "GET /notes/1/pages/7", &vera).await.assert_is(200, "7");
    ask_with(&app, "GET /by-database/1", &vera).await.assert_is(200, "vera");
    for line in ["GET /notes/2", "GET /notes/2/pages/7", "GET /by-database/2"] {
        ask_with(&app, line, &vera).await.assert_denied(403, "policy_denied", &[]);
    }
    ask_with(&app, "GET /notes/3", &vera).await.assert_denied(404, "not_found", &[]);
}

/// The state of a framework, which the application cannot change.
mod framework {
    #[derive(Clone)]
    pub(super) struct AppContext {
        pub(super) name: &'static str,
    }

    /// Mounts the application's router.
    pub(super) fn serve(routes: axum::Router<AppContext>) -> axum::Router {
        routes.with_state(AppContext { name: "loco" })
    }
}

/// The framework's state, with a gate.
#[derive(Clone, FromRef)]
struct WithGate {
    gate: Gate<User>,
    context: framework::AppContext,
}

async fn name(user: Authenticated<User>, State(context): State<framework::AppContext>) -> String {
    format!("{} at {}", user.sub, context.name)
}

#[tokio::test]
async fn state_of_a_framework_gets_a_gate_from_a_struct_around_it() {
    let state = |name| {
        let gate = Gate::builder().scheme(bearer()).build().unwrap();
        WithGate { gate, context: framework::AppContext { name } }
    };
    let routes = || Router::<WithGate>::new().route("/name", get(name));
    // For a framework that takes axum's router.
    let served: axum::Router<framework::AppContext> = routes().with_state(state("mine")).with_state(());
    let app = framework::serve(served);
    ask_with(&app, "GET /name", &token(&json!({}))).await.assert_is(200, "vera at mine");
    assert_eq!(ask(&app, "GET /name", &[]).await.status, 401);
    // Inside of another router of authgate.
    let outer: Router<framework::AppContext> =
        Router::new().nest("/api", routes().with_state_nested(state("nested")));
    assert_eq!(outer.access().routes().len(), 1);
    let app = outer.with_state(framework::AppContext { name: "outer" });
    ask_with(&app, "GET /api/name", &token(&json!({}))).await.assert_is(200, "vera at nested");
    assert_eq!(ask(&app, "GET /api/name", &[]).await.status, 401);
}
