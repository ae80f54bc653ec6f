//! An application with every kind of entry in its table.

use std::convert::Infallible;

use authgate::routing::{get, post};
use authgate::scheme::Bearer;
use authgate::{Authenticated, Decision, Gate, Policy, Resource, Roles, Router, Scopes, public, requires};

#[derive(Clone, Copy, Debug, authgate::Permission)]
pub(crate) enum Permission {
    #[permission(name = "articles:write")]
    Write,
    #[permission(name = "staff:invite")]
    Invite,
}

#[derive(Clone, Copy, Debug, authgate::Role)]
pub(crate) enum Role {
    Reader,
    #[role(implies(Reader), grants(Write))]
    Author,
    #[role(implies(Author), grants(Invite))]
    Chief,
}

#[derive(Clone, Copy, Debug, authgate::Scope)]
pub(crate) enum Scope {
    Read,
    #[scope(implies(Read), allows(Write))]
    Write,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, scope = Scope, permission = Permission, limited)]
pub(crate) struct Writer {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Option<Scopes<Scope>>,
}

pub(crate) struct Article {
    published: bool,
}

impl Resource<Gate<Writer>> for Article {
    type Key = u64;
    type Error = Infallible;

    async fn load(id: u64, _: &Gate<Writer>) -> Result<Option<Self>, Infallible> {
        Ok(Some(Self { published: id.is_multiple_of(2) }))
    }
}

pub(crate) struct NotPublished;

impl Policy<Article> for NotPublished {
    type Principal = Writer;

    fn decide(_: &Writer, article: &Article) -> Decision {
        Decision::allow_if(!article.published)
    }
}

#[public(reason = "load balancer probe")]
async fn health() {}

#[public(reason = "signing in")]
async fn login(_body: String) {}

async fn me(writer: Authenticated<Writer>) -> String {
    writer.sub.clone()
}

#[requires(any(role = "chief", permission = "articles:write"))]
async fn drafts() {}

#[requires(role = "reader")]
async fn read() {}

#[requires(permission = "articles:write", scope = "write")]
async fn write(_body: String) {}

#[requires(role = "chief", fresh = "5m", policy = NotPublished, on = Article, conceal)]
pub(crate) async fn withdraw() {}

#[requires(permission = "staff:invite")]
async fn invite(_body: String) {}

#[requires(role = "chief", scheme = Bearer)]
async fn audit() {}

pub(crate) fn newsroom() -> Router<Gate<Writer>> {
    let staff = Router::new().route("/", post(invite));
    Router::new()
        .route("/health", get(health))
        .route("/login", post(login))
        .route("/me", get(me))
        .route("/audit", get(audit))
        .route("/drafts", get(drafts))
        .route("/articles/{id}", get(read).put(write).delete(withdraw))
        .nest("/staff", staff)
        .ungated("/static", "static assets", axum::Router::new())
}
