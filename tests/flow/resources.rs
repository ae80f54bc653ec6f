//! Rights on the resource that a path identifies: the order of the checks, and the responses.

mod child;
mod concealed;
mod failing;
mod given;
mod hand;
mod keys;
mod mounted;
mod owner_or_admin;
mod several;

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex};

use authgate::denial::DenialMessage;
use authgate::resource::{Async, AsyncPolicy, Edit};
use authgate::routing::get;
use authgate::{Context, Decision, Gate, Granted, Policy, Resource, Router, requires};
use authgate_tests::app::{Ran, Role, User, bearer};
use authgate_tests::ask::{Answer, ask, ask_with, send};
use authgate_tests::token::token_of;
use axum::Json;
use axum::body::Body;
use axum::extract::{FromRef, State};
use http::Request;
use serde::{Deserialize, Serialize};

/// The state: the gate, the number of handler calls and the recorded store queries.
#[derive(Clone, FromRef)]
pub(crate) struct App {
    gate: Gate<User>,
    ran: Ran,
    asked: Asked,
}

/// The queries to the store, in order.
#[derive(Clone, Default)]
pub(crate) struct Asked(Arc<Mutex<Vec<String>>>);

impl Asked {
    pub(crate) fn note(&self, what: impl Into<String>) {
        self.0.lock().unwrap().push(what.into());
    }

    /// Returns the queries since the last call.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl App {
    pub(crate) fn new() -> Self {
        Self::with(Gate::builder().scheme(bearer()).build().unwrap())
    }

    pub(crate) fn with(gate: Gate<User>) -> Self {
        Self { gate, ran: Ran::default(), asked: Asked::default() }
    }
}

/// Vera owns report 1, and Ada owns reports 2 and 3, of which 3 is open. Loading fails for 4, never
/// completes for 5 and panics for 6 and 7. Other reports do not exist.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    id: u64,
    owner: &'static str,
    open: bool,
    title: String,
}

impl Report {
    fn new(id: u64, owner: &'static str) -> Self {
        Self { id, owner, open: id == 3, title: "old".to_owned() }
    }
}

async fn find(id: u64, asked: &Asked) -> Result<Option<Report>, std::io::Error> {
    asked.note(format!("report {id}"));
    match id {
        1 => Ok(Some(Report::new(1, "vera"))),
        2 | 3 => Ok(Some(Report::new(id, "ada"))),
        4 => Err(std::io::Error::other("no connection")),
        5 => pending().await,
        7 => {
            tokio::task::yield_now().await;
            panic!("the store is broken")
        }
        _ => Ok(None),
    }
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = std::io::Error;

    // Not an `async fn`, to panic before there is a future.
    fn load(id: u64, app: &App) -> impl Future<Output = Result<Option<Self>, std::io::Error>> + Send {
        assert_ne!(id, 6, "the store is broken");
        async move { find(id, &app.asked).await }
    }
}

/// The fields of a report that can change.
#[derive(Deserialize)]
pub(crate) struct Patch {
    title: String,
}

impl Edit for Report {
    type Patch = Patch;

    fn edit(&mut self, patch: Patch) {
        self.title = patch.title;
    }
}

/// Allows the author.
pub(crate) struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

/// Allows the author, and every caller if the report is open.
pub(crate) struct CanRead;

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner || report.open)
    }
}

static ARCHIVED: DenialMessage = DenialMessage::new("archived", "The report is in the archive.");

/// Denies every caller, with a custom reason.
pub(crate) struct CanReopen;

impl Policy<Report> for CanReopen {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> Decision {
        Decision::because(&ARCHIVED)
    }
}

/// Decides by the name of the caller, over every resource.
pub(crate) struct CanAsk;

impl<T: Sync> AsyncPolicy<T, App> for CanAsk {
    type Principal = User;

    async fn decide(user: &User, _: &Context, _: &T, app: &App) -> Decision {
        app.asked.note("policy");
        match user.sub.as_str() {
            "allowed" => Decision::Allow,
            "undecided" => Decision::Unavailable,
            "slow" => pending().await,
            "panics" => panic!("the policy is broken"),
            "panics-later" => {
                tokio::task::yield_now().await;
                poll_fn(|_| panic!("the policy is broken")).await
            }
            _ => Decision::deny(),
        }
    }
}

async fn edit(
    report: Granted<CanEdit, Report>,
    State(ran): State<Ran>,
    Json(patch): Json<Patch>,
) -> Json<Report> {
    ran.count();
    Json(report.edit(patch).into_resource())
}

async fn read(report: Granted<CanRead, Report>, State(ran): State<Ran>) -> String {
    ran.count();
    assert!(!report.context().scheme().is_empty());
    format!("{} reads {}", report.principal().sub, report.id)
}

async fn reopen(_: Granted<CanReopen, Report>, State(ran): State<Ran>) {
    ran.count();
}

async fn consult(_: Granted<Async<CanAsk>, Report, User>, State(ran): State<Ran>) -> &'static str {
    ran.count();
    "consulted"
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn hidden(
    report: Granted<CanEdit, Report>,
    State(ran): State<Ran>,
    Json(patch): Json<Patch>,
) -> String {
    ran.count();
    report.edit(patch).title.clone()
}

#[requires(policy = CanEdit, on = Report, conceal = CanRead)]
async fn edit_concealed_unless_readable(State(ran): State<Ran>) -> &'static str {
    ran.count();
    "edited"
}

#[requires(role = "editor", policy = CanEdit, on = Report)]
async fn edit_as_editor(State(ran): State<Ran>) -> &'static str {
    ran.count();
    "edited"
}

#[requires(role = "editor", policy = CanEdit, on = Report, conceal)]
async fn edit_as_editor_concealed(State(ran): State<Ran>) -> &'static str {
    ran.count();
    "edited"
}

pub(crate) fn routes() -> Router<App> {
    Router::new()
        .route("/reports/{id}", get(read).put(edit).post(reopen))
        .route("/asked/{id}", get(consult))
        .route("/hidden/{id}", get(hidden).put(hidden))
        .route("/half/{id}", get(edit_concealed_unless_readable))
        .route("/coarse/{id}", get(edit_as_editor))
        .route("/coarse-hidden/{id}", get(edit_as_editor_concealed))
}

pub(crate) fn app() -> (axum::Router, App) {
    let state = App::new();
    (routes().with_state(state.clone()), state)
}

/// Returns a token for this user with these roles.
pub(crate) fn token_for(name: &str, roles: &[&str]) -> String {
    authgate_tests::token::token(&serde_json::json!({ "sub": name, "roles": roles }))
}

/// Returns a token for Vera without roles.
pub(crate) fn vera() -> String {
    token_of(&[])
}

/// Sends a PUT request with a JSON body.
pub(crate) async fn put(app: &axum::Router, path: &str, token: &str, body: &str) -> Answer {
    let request = Request::put(path)
        .header("authorization", format!("Bearer {token}"))
        .header("content-type", "application/json");
    send(app, request.body(Body::from(body.to_owned())).unwrap()).await
}

#[tokio::test]
async fn resource_is_loaded_after_authentication_and_before_the_body() {
    let (app, state) = app();
    ask(&app, "PUT /reports/1", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[r#"Bearer realm="api""#],
    );
    assert_eq!(state.asked.take(), [""; 0], "nobody in particular has nothing loaded");
    for (path, status, reason) in [
        ("/reports/2", 403, "policy_denied"),
        ("/reports/9", 404, "not_found"),
        ("/reports/x", 404, "not_found"),
    ] {
        put(&app, path, &vera(), "no JSON").await.assert_denied(status, reason, &[]);
    }
    assert_eq!(state.asked.take(), ["report 2", "report 9"]);
    assert_eq!(state.ran.times(), 0);
    assert_eq!(put(&app, "/reports/1", &vera(), "no JSON").await.status, 400, "who may, gets to hear of it");
    let answer = put(&app, "/reports/1", &vera(), r#"{"title":"new"}"#).await;
    answer.assert_is(200, r#"{"id":1,"owner":"vera","open":false,"title":"new"}"#);
    assert_eq!((state.ran.times(), state.asked.take().len()), (1, 2), "loaded once a request");
}

#[tokio::test]
async fn policy_denies_with_its_own_reason() {
    let (app, state) = app();
    let answer = ask_with(&app, "POST /reports/1", &vera()).await;
    answer.assert_denied(403, "archived", &[]);
    assert!(answer.body.contains("in the archive"), "{}", answer.body);
    assert_eq!(state.ran.times(), 0);
}

#[tokio::test]
async fn head_follows_the_rule_of_get() {
    let (app, state) = app();
    for (path, status) in [("/reports/1", 200), ("/reports/2", 403), ("/reports/9", 404)] {
        assert_eq!(ask_with(&app, &format!("HEAD {path}"), &vera()).await.status, status, "{path}");
    }
    assert_eq!(ask(&app, "HEAD /reports/1", &[]).await.status, 401);
    assert_eq!(state.ran.times(), 1);
}

#[test]
fn access_table_shows_policy_and_resource() {
    let expected = "\
GET     /reports/{id}       policy:CanRead on Report
PUT     /reports/{id}       policy:CanEdit on Report
POST    /reports/{id}       policy:CanReopen on Report
GET     /asked/{id}         policy:CanAsk on Report
GET     /hidden/{id}        policy:CanEdit on Report conceal
PUT     /hidden/{id}        policy:CanEdit on Report conceal
GET     /half/{id}          policy:CanEdit on Report conceal
GET     /coarse/{id}        role:editor & policy:CanEdit on Report
GET     /coarse-hidden/{id} role:editor & policy:CanEdit on Report conceal
";
    assert_eq!(routes().access().to_string(), expected);
}
