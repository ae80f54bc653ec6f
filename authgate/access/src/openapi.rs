//! OpenAPI 3.1: the security of each operation, and its denials.
//!
//! Completes a document that describes parameters and bodies: one of `utoipa` (feature `utoipa`),
//! or JSON from any other source. [`OpenApi::build`] generates a document with nothing else in it.
//!
//! ```
//! use authgate::routing::get;
//! use authgate::scheme::{Bearer, Keys};
//! use authgate::{Gate, Roles, Router, public, requires};
//!
//! #[derive(authgate::Role)]
//! pub enum Role {
//!     Admin,
//! }
//!
//! #[derive(authgate::Principal, serde::Deserialize)]
//! #[principal(role = Role)]
//! pub struct User {
//!     #[principal(id)]
//!     sub: String,
//!     #[principal(roles)]
//!     roles: Roles<Role>,
//! }
//!
//! #[public(reason = "load balancer probe")]
//! async fn health() -> &'static str {
//!     "ok"
//! }
//!
//! #[requires(role = "admin")]
//! async fn purge() {}
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let keys = Keys::hs256("a secret of at least thirty-two bytes")?;
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
//! # The security of an operation
//!
//! - `security` has an alternative for each accepted scheme, with the required scopes. A rule
//!   `any(..)` of scopes or schemes has an alternative for each way to satisfy it. If there are
//!   more than eight, each scheme has one alternative with all scopes of the rule. `security` never
//!   requires less than authgate enforces. It is empty only on public and ungated routes. Roles,
//!   permissions, policies and the age of a login have no place in it.
//! - `x-authgate-access` is the access in the syntax of the [lock](super::lock).
//! - `responses` has the possible denials, with their header fields and their problem document (RFC
//!   9457). A public handler with an optional caller rejects invalid credentials, too, but the
//!   table does not contain these denials.
//!
//! A route for `GET` answers `HEAD` as well, which has an operation only if the router has a
//! handler for it. A route for any method has an operation for each. A route for all paths below
//! another has the rest as a parameter, `/static/{rest}`. `CONNECT` and fallbacks are left out.
//! Literal braces (`{{`) are written `%7B` and `%7D`, because OpenAPI has no escape for them. axum
//! compares them unencoded.

mod denials;
mod paths;
mod plan;
mod security;
#[cfg(feature = "utoipa")]
mod utoipa;

use std::fmt;

use serde_json::{Value, json};

use plan::Plan;

use crate::{Ambient, Described, PrincipalType, Rule, Table};

/// A generator of OpenAPI documents, from [`Table::openapi`].
///
/// # Examples
///
/// ```
/// use authgate::access::Table;
///
/// let document = Table::default().openapi().title("Reports").version("1.0.0").build()?;
/// assert_eq!(document["info"]["title"], "Reports");
/// # Ok::<(), authgate::access::openapi::OpenApiError>(())
/// ```
#[must_use = "call `build()`, or merge it into a document"]
#[derive(Clone, Debug)]
pub struct OpenApi {
    table: Table,
    gates: Vec<DescribedGate>,
    title: String,
    version: String,
}

/// The differences between a document and the router.
///
/// # Examples
///
/// ```
/// use authgate::access::Table;
///
/// let mut document = serde_json::json!({
///     "openapi": "3.1.0",
///     "info": { "title": "Reports", "version": "1.0.0" },
///     "paths": { "/old": { "get": { "responses": {} } } },
/// });
/// let merged = Table::default().openapi().merge_into_json(&mut document)?;
/// assert_eq!(merged.unknown, [("GET".to_owned(), "/old".to_owned())]);
/// # Ok::<(), authgate::access::openapi::OpenApiError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Merged {
    /// The operations, by method and path, that the document did not describe. The merge adds them
    /// with their security and denials only. `*` is any method.
    pub undocumented: Vec<(String, String)>,
    /// The operations, by method and path, that no route answers. The merge leaves them unchanged.
    pub unknown: Vec<(String, String)>,
}

/// The error of an OpenAPI document that cannot be generated.
///
/// # Examples
///
/// ```
/// use authgate::access::Table;
/// use authgate::access::openapi::OpenApiError;
///
/// let mut document = serde_json::json!("not a document");
/// let error: OpenApiError =
///     Table::default().openapi().merge_into_json(&mut document).unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenApiError(String);

/// The description of a gate.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct DescribedGate {
    /// The principal type of its callers.
    pub principal: PrincipalType,
    /// In the order of the challenges.
    pub schemes: Vec<DescribedScheme>,
    /// The rights that every caller must have.
    pub required: Vec<&'static Rule>,
    /// `true` if browsers are redirected to a login page.
    pub has_login_page: bool,
    /// `true` if the application renders the bodies of denials.
    pub renders: bool,
}

/// The description of a scheme.
#[doc(hidden)]
#[derive(Clone, Debug)]
pub struct DescribedScheme {
    /// The auth-scheme.
    pub name: &'static str,
    /// Where clients send the credential.
    pub described: Described,
    /// How the credential gets onto a request.
    pub ambient: Ambient,
    /// `true` if a more recent or stronger login can be requested.
    pub knows_login: bool,
    /// `true` if the scheme can deny the holder of a valid credential.
    pub forbids: bool,
    /// `true` if the scheme can reject a client that has tried too often.
    pub limits_attempts: bool,
}

impl fmt::Display for OpenApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenApiError {}

impl Table {
    /// Starts an OpenAPI document of the routes in the table.
    pub fn openapi(&self) -> OpenApi {
        let (title, version) = ("API".to_owned(), "0.0.0".to_owned());
        OpenApi { table: self.clone(), gates: Vec::new(), title, version }
    }
}

impl OpenApi {
    /// Adds a gate of the router, which has the schemes for callers of its type.
    pub fn gate(mut self, gate: impl Into<DescribedGate>) -> Self {
        self.gates.push(gate.into());
        self
    }

    /// Sets the title of the API. Defaults to `API`.
    pub fn title(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }

    /// Sets the version of the API. Defaults to `0.0.0`.
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.version = version.into();
        self
    }

    /// Generates a document. It does not depend on the order of the routes.
    ///
    /// # Errors
    ///
    /// Returns [`OpenApiError`] if a gate is missing, if two gates have callers of one type, or if
    /// a route accepts only schemes that its gate does not have.
    pub fn build(&self) -> Result<Value, OpenApiError> {
        let mut document = json!({
            "openapi": "3.1.0",
            "info": { "title": self.title, "version": self.version },
            "paths": {},
        });
        self.merge_into_json(&mut document)?;
        Ok(document)
    }

    /// Completes a JSON document from another source. Its paths may use other parameter names than
    /// the router.
    ///
    /// Overwrites `security` with what authgate enforces. An operation under `Router::ungated`
    /// keeps its own. Adds a denial unless the operation has a response with its status. A second
    /// merge changes nothing.
    ///
    /// # Errors
    ///
    /// Returns [`OpenApiError`] for the reasons of [`build`](Self::build), or if the document is
    /// not OpenAPI 3.1, has a path with a `$ref`, or has a component whose name starts with
    /// `authgate.` and that differs. The document stays unchanged then.
    pub fn merge_into_json(&self, document: &mut Value) -> Result<Merged, OpenApiError> {
        self.plan(document)?.write(document)
    }

    fn plan(&self, document: &Value) -> Result<Plan, OpenApiError> {
        for (at, gate) in self.gates.iter().enumerate() {
            if self.gates.iter().take(at).any(|other| other.principal == gate.principal) {
                return Err(OpenApiError(format!(
                    "two gates have callers of type `{}`: generate one document for each router",
                    gate.principal.full_name()
                )));
            }
        }
        Plan::of(self, document)
    }
}
