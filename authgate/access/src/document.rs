//! The access table as a JSON document for tools.

mod of_lock;
mod of_table;
mod read;

pub use crate::lock::right::DocumentRight;

use std::fmt;

use serde::{Deserialize, Serialize};

/// The access table as a document.
///
/// The other fields about the access of a route follow from `access` and `principal`. They are for
/// tools that do not parse the syntax of the lock. A document in which they differ is rejected.
///
/// # Examples
///
/// ```
/// use authgate::routing::get;
/// use authgate::{Router, access::document::Document, public};
///
/// #[public(reason = "load balancer probe")]
/// async fn health() {}
///
/// let document = Router::<()>::new().route("/health", get(health)).access().document();
/// assert_eq!(document.routes[0].access, r#"public "load balancer probe""#);
///
/// let read = Document::parse(&document.to_json())?;
/// assert_eq!(read, document);
/// # Ok::<(), authgate::access::document::DocumentError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Document {
    /// The version of the format: 1.
    pub version: u32,
    /// The rights, as in the lock.
    pub rights: Vec<DocumentRight>,
    /// The routes, in the order of the lock.
    pub routes: Vec<DocumentRoute>,
}

impl Document {
    /// The supported version of the format.
    pub const VERSION: u32 = 1;

    /// The JSON Schema of the format (draft 2020-12).
    pub const SCHEMA: &'static str = include_str!("document/schema.json");

    /// Returns the document as JSON, with a line break at the end. Equal documents give equal
    /// bytes.
    #[must_use]
    pub fn to_json(&self) -> String {
        // Serializing texts and numbers cannot fail.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }

    /// Returns the number of routes in a state.
    pub(crate) fn count(&self, state: &str) -> usize {
        self.routes.iter().filter(|route| route.state == state).count()
    }
}

/// The values of [`DocumentRoute::state`].
pub(crate) const STATES: [&str; 4] = ["public", "ungated", "authenticated", "authorized"];

/// A route in a [`Document`].
///
/// # Examples
///
/// ```
/// use authgate::access::document::Document;
/// use authgate::access::lock::Lock;
///
/// let lock =
///     Lock::parse("access.lock v1\nrole editor\nPUT /reports/{id} role:editor & fresh:300s\n")?;
/// let document = Document::of_lock(&lock);
/// assert_eq!(document.routes[0].fresh, Some(300));
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentRoute {
    /// The method, or `*`, `405` or `404` as in the lock.
    pub method: String,
    /// The path.
    pub path: String,
    /// `route`, `other_methods`, `fallback`, `method_not_allowed` or `prefix`.
    pub kind: String,
    /// The access in the syntax of the lock. The other fields follow from it.
    pub access: String,
    /// `public`, `ungated`, `authenticated` or `authorized`.
    pub state: String,
    /// The reason of a public or ungated route.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The type of the principal, if the route has only one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The accepted schemes, if the rule does not accept every scheme of the gate.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<String>,
    /// The policies and their resources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<DocumentPolicy>,
    /// The maximum age of a login, in seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<u64>,
    /// `true` if callers without the right get 404 instead of 403.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conceal: bool,
    /// `true` if the handler reads the request body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_body: bool,
    /// The name of the handler as the compiler prints it, or the type of a service.
    pub handler: String,
    /// Where the route is registered.
    pub source: DocumentSource,
}

/// A policy in a [`Document`].
///
/// # Examples
///
/// ```
/// use authgate::access::document::Document;
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nPUT /reports/{id} policy:CanEdit on Report\n")?;
/// let document = Document::of_lock(&lock);
/// assert_eq!(document.routes[0].policies[0].on, "Report");
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentPolicy {
    /// The type of the policy.
    pub policy: String,
    /// The type of the resource.
    pub on: String,
}

/// A place in the source, in a [`Document`].
///
/// # Examples
///
/// ```
/// use authgate::access::document::Document;
///
/// fn print_places(document: &Document) {
///     for route in &document.routes {
///         println!(
///             "{} {} ({}:{})",
///             route.method, route.path, route.source.file, route.source.line
///         );
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentSource {
    /// The file, with `/` as the separator.
    pub file: String,
    /// The line, from one, or 0 if unknown.
    pub line: u32,
    /// The column, from one, or 0 if unknown.
    pub column: u32,
}

/// The error of an invalid document: the place, the problem, and what to do.
///
/// # Examples
///
/// ```
/// use authgate::access::document::{Document, DocumentError};
///
/// let error: DocumentError = Document::parse("{").unwrap_err();
/// println!("{}: {}", error.place(), error.text());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    place: String,
    text: String,
}

impl DocumentError {
    fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }

    /// Returns the place: `routes[3].access`, or the line and column if the text is not valid JSON.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the problem, and what to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl std::error::Error for DocumentError {}
