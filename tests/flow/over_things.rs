//! Errors between a path and its resource, and how they are reported.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};

use authgate::resource::Loaded;
use authgate::right::{In, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::{
    Authenticated, Authorized, Decision, Denial, Gate, Granted, Policy, Resource, Router, requires,
};
use authgate_tests::app::bearer;
use authgate_tests::ask::{Answer, ask_with};
use authgate_tests::token::token;
use axum::extract::{FromRef, Path};
use serde::Deserialize;
use serde_json::json;

use crate::events::capture::capture;

#[derive(authgate::Role, Clone, Copy)]
enum Role {
    Member,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
}

struct Org;
impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
}

/// A report. `ada` owns reports with an even id.
struct Report {
    id: u64,
    owner: &'static str,
}

fn report(id: u64) -> Option<Report> {
    (id < 10).then_some(Report { id, owner: if id.is_multiple_of(2) { "ada" } else { "vera" } })
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = Unsaid;

    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, _: &App) -> Result<Option<Self>, Unsaid> {
        if id == 7 { Err(Unsaid) } else { Ok(report(id)) }
    }
}

/// An error whose conversion panics.
struct Unsaid;

impl From<Unsaid> for Box<dyn Error + Send + Sync> {
    fn from(_: Unsaid) -> Self {
        panic!("there is nothing to say")
    }
}

struct CanRead;

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

/// A key whose parser panics on unexpected input.
#[derive(Deserialize)]
#[serde(try_from = "String")]
struct Slug(String);

impl TryFrom<String> for Slug {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Ok(Self(text.strip_prefix("s-").expect("a slug").to_owned()))
    }
}

struct Post;

impl Resource<App> for Post {
    type Key = Slug;
    type Error = std::convert::Infallible;

    async fn load(Slug(slug): Slug, _: &App) -> Result<Option<Self>, Self::Error> {
        Ok((slug == "one").then_some(Self))
    }
}

impl Policy<Post> for CanRead {
    type Principal = User;

    fn decide(_: &User, _: &Post) -> Decision {
        Decision::Allow
    }
}

async fn read(report: Granted<CanRead, Report>) -> String {
    report.id.to_string()
}

#[requires(policy = CanRead, on = Report, conceal)]
async fn hidden(report: Granted<CanRead, Report>) -> String {
    report.id.to_string()
}

#[requires(role = "member", in = Org, policy = CanRead, on = Report)]
async fn read_in_org(report: Granted<CanRead, Report>) -> String {
    report.id.to_string()
}

async fn read_in_handler(user: Authenticated<User>, Path(id): Path<u64>) -> Result<String, Denial> {
    let Some(report) = report(id) else { return Err(user.not_found()) };
    let report = user.authorize_on::<CanRead, _>(Loaded::from_store(report)).map_err(Denial::concealed)?;
    Ok(report.id.to_string())
}

async fn post(_: Granted<CanRead, Post>) -> &'static str {
    "a post"
}

async fn member(member: Authorized<In<Org, role::Member>>) -> String {
    member.context().tenant::<Org>().unwrap_or_default().to_owned()
}

fn app() -> App {
    App { gate: Gate::<User>::builder().scheme(bearer()).build().unwrap() }
}

async fn ask_as_vera(app: &axum::Router, request: &str) -> Answer {
    ask_with(app, request, &token(&json!({ "sub": "vera", "orgs": { "acme": ["member"] } }))).await
}

/// Proofs in a handler body conceal like extractors: a hidden resource and a missing one get the
/// same response.
#[tokio::test]
async fn concealed_denial_in_the_handler_equals_a_missing_resource() {
    let routes: Router<App> =
        Router::new().route("/hidden/{id}", get(hidden)).route("/by-hand/{id}", get(read_in_handler));
    let app: axum::Router = routes.with_state(app());
    ask_as_vera(&app, "GET /by-hand/1").await.assert_is(200, "1");
    let expected = ask_as_vera(&app, "GET /hidden/99").await;
    expected.assert_denied(404, "not_found", &[]);
    for request in ["GET /hidden/2", "GET /by-hand/2", "GET /by-hand/99"] {
        let (answer, events) = capture(ask_as_vera(&app, request)).await;
        assert_eq!(
            (answer.headers, answer.body),
            (expected.headers.clone(), expected.body.clone()),
            "{request}"
        );
        assert_eq!(events.len(), 1, "the operator is told: {request}");
    }
}

/// Under axum's own nesting, the duplicate is only detected when a request arrives.
#[tokio::test]
async fn duplicate_path_parameter_is_ambiguous_and_denied() {
    let twice = || Router::new().nest("/of/{id}", Router::new().route("/reports/{id}", get(read)));
    let told = catch_unwind(AssertUnwindSafe(|| -> axum::Router { twice().with_state(app()) })).unwrap_err();
    let told = told.downcast::<String>().unwrap();
    assert!(told.contains("\"id\", which is in the path several times"), "{told}");

    let inner: axum::Router = Router::new().route("/reports/{id}", get(read)).with_state(app());
    let nested = axum::Router::new().nest("/of/{id}", inner);
    for request in ["GET /of/1/reports/2", "GET /of/2/reports/1", "GET /of/1/reports/1"] {
        ask_as_vera(&nested, request).await.assert_denied(503, "undecided", &[]);
    }

    let inner: axum::Router = Router::new().route("/teams/{org}", get(member)).with_state(app());
    ask_as_vera(&inner, "GET /teams/acme").await.assert_is(200, "acme");
    let nested = axum::Router::new().nest("/orgs/{org}", inner);
    for request in ["GET /orgs/acme/teams/globex", "GET /orgs/globex/teams/acme", "GET /orgs/acme/teams/acme"]
    {
        ask_as_vera(&nested, request).await.assert_denied(403, "role_missing", &[]);
    }
}

#[tokio::test]
async fn panicking_key_parser_is_503_and_panicking_error_is_500() {
    let app = axum::Router::new()
        .route("/posts/{slug}", axum::routing::get(post))
        .route("/reports/{id}", axum::routing::get(read))
        .with_state(app());
    let answer = ask_as_vera(&app, "GET /posts/s-one").await;
    answer.assert_denied(503, "undecided", &[]);
    ask_as_vera(&app, "GET /posts/one").await.assert_denied(503, "undecided", &[]);
    ask_as_vera(&app, "GET /reports/7").await.assert_denied(500, "failed", &[]);
    ask_as_vera(&app, "GET /reports/1").await.assert_is(200, "1");
}

/// The event contains the whole rule, not only the part that failed.
#[tokio::test]
async fn event_explains_the_rights_checked_before_the_resource() {
    let app: axum::Router = Router::new().route("/orgs/{org}/{id}", get(read_in_org)).with_state(app());
    ask_as_vera(&app, "GET /orgs/acme/1").await.assert_is(200, "1");
    let needs = "role:member in Org & policy:CanRead on Report";
    for (request, status, why) in [
        ("GET /orgs/acme/2", 403, Some("(role:member in Org: yes & policy:CanRead on Report: no)")),
        ("GET /orgs/acme/99", 404, None),
        ("GET /orgs/globex/1", 403, Some("role:member in Org: no")),
    ] {
        let (answer, events) = capture(ask_as_vera(&app, request)).await;
        assert_eq!(answer.status, status, "{request}");
        let [event] = events.as_slice() else { panic!("{request}: {events:?}") };
        assert_eq!((event.field("needs"), event.field("why")), (Some(needs), why), "{request}");
    }
}
