//! Rights that are checked before the resource is loaded.

use authgate::resource::With;
use authgate::right::{Any, HasRightsIn, In, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::{Authenticated, Gate, Granted, Policy, Resource, Router, requires};
use authgate_tests::app::bearer;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use serde_json::json;

use super::{app, token_for};

#[tokio::test]
async fn role_missing_is_403_before_the_resource_is_loaded() {
    let (app, state) = app();
    assert_eq!(ask(&app, "GET /coarse/1", &[]).await.status, 401);
    for id in ["1", "2", "4", "9", "x"] {
        let answer = ask_with(&app, &format!("GET /coarse/{id}"), &token_for("vera", &["viewer"])).await;
        answer.assert_denied(403, "role_missing", &[]);
    }
    assert_eq!(state.asked.take(), [""; 0]);
    let editor = token_for("vera", &["editor"]);
    ask_with(&app, "GET /coarse/1", &editor).await.assert_is(200, "edited");
    ask_with(&app, "GET /coarse/2", &editor).await.assert_denied(403, "policy_denied", &[]);
    ask_with(&app, "GET /coarse/9", &editor).await.assert_denied(404, "not_found", &[]);
    assert_eq!(state.asked.take(), ["report 1", "report 2", "report 9"]);
}

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    Member,
    #[role(implies(Member))]
    Admin,
}

#[derive(authgate::Principal, serde::Deserialize, Debug)]
#[principal(role = Role)]
struct Member {
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

/// A wiki page of an organization, identified by both parts of its key.
struct Page {
    org: String,
    author: String,
}

#[derive(serde::Deserialize)]
struct PageKey {
    name: String,
    org: String,
}

impl<S: Sync> Resource<S> for Page {
    type Key = PageKey;
    type Error = std::convert::Infallible;

    async fn load(key: PageKey, _: &S) -> Result<Option<Self>, Self::Error> {
        Ok((key.name != "none").then_some(Self { org: key.org, author: key.name }))
    }
}

/// Allows the author of the page.
struct Wrote;

impl Policy<Page> for Wrote {
    type Principal = Member;

    fn decide(user: &Member, page: &Page) -> authgate::Decision {
        authgate::Decision::allow_if(user.sub == page.author)
    }
}

async fn by_type(page: With<In<Org, role::Member>, Granted<Wrote, Page>>) -> String {
    page.org.clone()
}

async fn concealed(page: With<In<Org, role::Member>, Granted<Wrote, Page>, true>) -> String {
    page.into_inner().into_resource().org
}

#[requires(role = "member", in = Org, policy = Wrote, on = Page)]
async fn by_attribute(page: Granted<Wrote, Page>) -> String {
    page.org.clone()
}

type Either = Any<(In<Org, role::Admin>, In<Org, role::Member>)>;

async fn either(page: With<Either, Granted<Wrote, Page>>) -> String {
    page.org.clone()
}

fn routes() -> Router<Gate<Member>> {
    Router::new()
        .route("/{org}/type/{name}", get(by_type))
        .route("/{org}/quiet/{name}", get(concealed))
        .route("/{org}/attribute/{name}", get(by_attribute))
        .route("/{org}/either/{name}", get(either))
}

#[tokio::test]
async fn tenant_role_and_resource_use_the_same_path() {
    let app = routes().with_state(Gate::builder().scheme(bearer()).build().unwrap());
    let vera = token(&json!({ "orgs": { "acme": ["member"] } }));
    for (path, status, said) in [
        ("/acme/type/vera", 200, "acme"),
        ("/acme/type/ada", 403, "policy_denied"),
        ("/acme/type/none", 404, "not_found"),
        ("/other/type/vera", 403, "role_missing"),
        ("/acme/quiet/vera", 200, "acme"),
        ("/acme/quiet/ada", 403, "policy_denied"),
        ("/other/quiet/vera", 404, "not_found"),
        ("/acme/attribute/vera", 200, "acme"),
        ("/other/attribute/vera", 403, "role_missing"),
        ("/acme/either/vera", 200, "acme"),
        ("/other/either/vera", 403, "role_missing"),
    ] {
        let answer = ask_with(&app, &format!("GET {path}"), &vera).await;
        match status {
            200 => answer.assert_is(200, said),
            _ => answer.assert_denied(status, said, &[]),
        }
    }
}

#[tokio::test]
async fn tenant_roles_are_held_in_their_tenant() {
    async fn me(user: Authenticated<Member>) -> String {
        format!("{}", HasRightsIn::<Role>::held_in(&*user, "acme"))
    }
    let app = Router::new().route("/", get(me)).with_state(Gate::builder().scheme(bearer()).build().unwrap());
    let vera = token(&json!({ "orgs": { "acme": ["member"] } }));
    ask_with(&app, "GET /", &vera).await.assert_is(200, "1");
}

#[test]
fn access_table_shows_the_role_before_the_policy() {
    let expected = "\
GET     /{org}/type/{name}      role:member in Org & policy:Wrote on Page
GET     /{org}/quiet/{name}     role:member in Org & policy:Wrote on Page
GET     /{org}/attribute/{name} role:member in Org & policy:Wrote on Page
GET     /{org}/either/{name}    (role:admin in Org | role:member in Org) & policy:Wrote on Page
";
    assert_eq!(routes().access().to_string(), expected);
}
