//! Documents of organisations: rights over the very document, held within a tenant, hidden from whom they are not for.
//!
//! `cargo run --example documents`
//!
//! | variable | meaning | default |
//! |---|---|---|
//! | `AUTHGATE_ADDR` | where to listen | `127.0.0.1:3000` |
//! | `AUTHGATE_HS256_KEY` | the secret that signs tokens, at least 32 bytes | one that is no secret |
//! | `AUTHGATE_DB` | the SQLite file | a temporary one |
//!
//! A token says in which organisations somebody is what: `"orgs": {"acme": ["member"]}`; `auth_time` says when he signed
//! in.

#[path = "quickstart/tour.rs"]
#[allow(dead_code)]
mod tour;
#[path = "documents/store.rs"]
mod store;

use std::env;
use std::error::Error;
use std::io::IsTerminal as _;

use authgate::right::{Tenant, TenantFrom};
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, Keys};
use authgate::visible::{Column, Filter, Related, Visibility};
use authgate::{
    Authenticated, Authorized, Child, Decision, Denial, Edit, Gate, Granted, Nested, Policy, Resource, Router,
    TenantRoles, public, requires,
};
use axum::Json;
use axum::extract::{FromRef, State};
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use store::Store;

/// What somebody is in an organisation.
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

/// An organisation: `/orgs/{org}/..`, and nobody's but its members'.
pub struct Org {
    name: String,
}

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

impl Resource<App> for Org {
    type Key = String;
    type Error = std::convert::Infallible;

    /// There is nothing to look up: whose it is, the tokens say.
    async fn load(name: String, _: &App) -> Result<Option<Self>, Self::Error> {
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
    shared_with: Vec<Share>,
}

/// `{"with": "sub-b", "write": true}`
#[derive(Deserialize)]
pub struct Share {
    with: String,
    #[serde(default)]
    write: bool,
}

/// What is sent of a document.
#[derive(Deserialize)]
pub struct Draft {
    title: String,
    body: String,
    #[serde(default)]
    open: bool,
}

/// A document is found through its organisation alone: the id of another's is none.
impl Nested<Org, App> for Document {
    type Key = i64;
    type Error = sqlx::Error;

    async fn load(org: &Org, id: i64, app: &App) -> Result<Option<Self>, sqlx::Error> {
        app.store.document(&org.name, id).await
    }
}

/// What leaves a document the document that it is.
impl Edit<Draft> for Document {
    fn edit(&mut self, Draft { title, body, open }: Draft) {
        (self.title, self.body, self.open) = (title, body, open);
    }
}

/// The owner, with whom it is shared, and every member if it is open.
pub struct CanRead;

impl Visibility<Document> for CanRead {
    type Principal = User;

    fn filter(user: &User) -> Filter<Document> {
        owner().is(&user.sub).or(open().is(true)).or(shared().has(&user.sub))
    }
}
