//! OpenAPI 3.1: what clients are asked for, and what they are answered who may not.
//!
//! A document of its own, or what is missing in one that tells of parameters and bodies: made by `utoipa` (with the feature of
//! that name), by something else that ends in JSON, or by hand.
//!
//! ```
//! # use authgate::{Authenticated, Gate, Router, public, requires, routing::get, scheme::{Bearer, Keys}};
//! # #[derive(authgate::Role)]
//! # pub enum Role { Admin }
//! # #[derive(authgate::Principal, serde::Deserialize)]
//! # #[principal(role = Role)]
//! # pub struct User { #[principal(id)] sub: String, #[principal(roles)] #[serde(default)] roles: authgate::Roles<Role> }
//! # #[public(reason = "load balancer probe")]
//! # async fn health() -> &'static str { "ok" }
//! # #[requires(role = "admin")]
//! # async fn purge() {}
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let keys = Keys::hs256("a secret of at least thirty-two bytes")?;
//! let gate = Gate::<User>::builder()
//!     .scheme(Bearer::jwt(keys).issuer("https://id.example").audience("https://api.example").realm("api"))
//!     .build()?;
//! let routes: Router<Gate<User>> = Router::new().route("/health", get(health)).route("/purge", get(purge));
//!
//! let document = routes.access().openapi().gate(&gate).title("Reports").build()?;
//! assert_eq!(document["paths"]["/health"]["get"]["security"], serde_json::json!([]));
//! assert_eq!(document["paths"]["/purge"]["get"]["security"], serde_json::json!([{ "Bearer": [] }]));
//! assert_eq!(document["paths"]["/purge"]["get"]["x-authgate-access"], "role:admin");
//! # Ok(()) }
//! ```
//!
//! # What is said of an operation
//!
//! - `security`: an alternative for each scheme that the route takes, with the scopes that it asks for; of `any(..)` of scopes
//!   or schemes, an alternative for each way. Where there are more than eight, each scheme has one with all scopes that are
//!   named. It is never less than what is enforced, and never empty but where nobody is asked: on public and ungated routes.
//!   Roles, permissions, policies and the age of a login have no place in it: they are in `x-authgate-access`, as the
//!   [lock](super::lock) has them.
//! - The denials that it can answer with, each with its header fields and its problem document (RFC 9457), whose `reason` is
//!   one of those that are possible there. That a public handler with an optional caller refuses bad credentials, too, is not
//!   in the table, and so not in the document.
//!
//! A `GET` answers `HEAD` as well, which has an operation only where the router has a handler for it. What takes any method
//! has an operation for each; what takes all that is under a path has the rest as a parameter, `/static/{rest}`. `CONNECT`
//! and what answers where there is no route are left out. Braces that are part of a path (`{{`) are written `%7B` and `%7D`, for
//! want of another way; axum compares them as they are sent.

mod asked;
mod components;
mod described_gate;
mod error;
mod json;
mod operation;
mod places;
mod plan;
mod reasons;
mod template;
#[cfg(feature = "utoipa")]
mod utoipa;
mod ways;

use serde_json::{Value, json};

#[doc(hidden)]
pub use described_gate::{DescribedGate, DescribedScheme};
pub use error::OpenApiError;
use plan::Plan;

use crate::Table;

/// An OpenAPI document in the making. From [`Table::openapi`].
#[must_use = "a document is not there before `build()`, or before it is merged into another"]
#[derive(Clone, Debug)]
pub struct OpenApi {
    table: Table,
    gates: Vec<DescribedGate>,
    title: String,
    version: String,
}

/// How a document and the router that it tells of differ.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Merged {
    /// The operations, by method and path, that the document did not have. They are in it now, with no more than is known of
    /// them. `*` is what takes any method.
    pub undocumented: Vec<(String, String)>,
    /// The operations, by method and path, that no route answers. They are as they were.
    pub unknown: Vec<(String, String)>,
}

impl Table {
    /// Starts an OpenAPI document of what is in the table.
    pub fn openapi(&self) -> OpenApi {
        let (title, version) = ("API".to_owned(), "0.0.0".to_owned());
        OpenApi { table: self.clone(), gates: Vec::new(), title, version }
    }
}

impl OpenApi {
    /// Adds a gate that the router has: it says how callers of its type prove who they are.
    pub fn gate(mut self, gate: impl Into<DescribedGate>) -> Self {
        self.gates.push(gate.into());
        self
    }

    /// What the API is called; `API`, if nothing is said.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Which version of the API it is; `0.0.0`, if nothing is said.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Makes the document. The same table and gates give the same, whatever the order of the routes.
    ///
    /// # Errors
    ///
    /// A gate is missing, or there are two for callers of one type; or a route takes only schemes that its gate does not have.
    pub fn build(&self) -> Result<Value, OpenApiError> {
        let mut document = json!({
            "openapi": "3.1.0",
            "info": { "title": self.title, "version": self.version },
            "paths": {},
        });
        self.merge_into_json(&mut document)?;
        Ok(document)
    }

    /// Completes a document that somebody else has made, as JSON. Its paths are those of the router, whatever their parameters
    /// are called.
    ///
    /// Of every operation, `security` is written anew, since it is what is enforced; only where nothing is enforced, under
    /// [`ungated`](crate::Router::ungated), what the document says stays. Denials are added where the document says nothing of
    /// their status. A document that is completed twice is as after the first time.
    ///
    /// # Errors
    ///
    /// As those of [`build`](Self::build); or the document is none of OpenAPI 3.1, or has a path behind a `$ref`. Then it is as
    /// it was.
    pub fn merge_into_json(&self, document: &mut Value) -> Result<Merged, OpenApiError> {
        self.plan(document)?.write(document)
    }

    fn plan(&self, document: &Value) -> Result<Plan, OpenApiError> {
        for (at, gate) in self.gates.iter().enumerate() {
            if self.gates.iter().take(at).any(|other| other.principal == gate.principal) {
                return Err(OpenApiError::new(format!(
                    "there are two gates for callers of the type `{}`, and nobody can tell which of them a route has: make a \
                     document for each router",
                    gate.principal.full_name()
                )));
            }
        }
        Plan::of(self, document)
    }
}
