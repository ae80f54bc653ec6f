//! The table as a document: all that is known of every route, for tools.

mod error;
mod of_lock;
mod of_table;
mod read;
mod said;

pub use error::DocumentError;

use serde::{Deserialize, Serialize};

/// The access table as JSON has it.
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
///
/// Everything that is known of a route besides its `access` and its principal follows from that text; it is there for tools that do
/// not read the lock's grammar, and a document in which the two differ is refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Document {
    /// The version of this format: 1.
    pub version: u32,
    /// The rights and what they imply, as the lock declares them.
    pub rights: Vec<DocumentRight>,
    /// The routes, in the lock's order.
    pub routes: Vec<DocumentRoute>,
}

impl Document {
    /// The version of the format that is written, and the only one that is read.
    pub const VERSION: u32 = 1;

    /// The JSON Schema of the format (draft 2020-12).
    pub const SCHEMA: &'static str = include_str!("document/schema.json");

    /// As JSON: the same bytes for the same document, with a line break at the end.
    #[must_use]
    pub fn to_json(&self) -> String {
        // A struct of texts and numbers can always be written.
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

/// A right in a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentRight {
    /// `role`, `scope`, `permission` or `factor`; `tenant` for a tenant whose names have a canonical form.
    pub kind: String,
    /// The name.
    pub name: String,
    /// The rights of the same kind that it implies.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub implies: Vec<String>,
    /// The permissions that a role grants.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<String>,
    /// The permissions that a scope allows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allows: Vec<String>,
    /// The type of a policy or of a custom requirement, with its modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The type of the resource of a policy, with its modules.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
}

/// A route in a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentRoute {
    /// The method; `*`, `405` and `404` as in the lock.
    pub method: String,
    /// The path.
    pub path: String,
    /// `route`, `other_methods`, `fallback`, `method_not_allowed` or `prefix`.
    pub kind: String,
    /// Who may call, in the lock's grammar: the one statement from which the rest is read.
    pub access: String,
    /// `public`, `ungated`, `authenticated` or `authorized`.
    pub state: String,
    /// Why nobody is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The type of those who call.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// The schemes that are named, if only some of the gate's are taken.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schemes: Vec<String>,
    /// The policies, and the things that they are about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<DocumentPolicy>,
    /// How old a login may be, in seconds, where that is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fresh: Option<u64>,
    /// Whether who may not is told that there is nothing.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub conceal: bool,
    /// Whether the handler reads the body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_body: bool,
    /// The handler's name as the compiler prints it, or the type of a service.
    pub handler: String,
    /// Where the route is registered.
    pub source: DocumentSource,
}

/// A policy over a thing, in a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentPolicy {
    /// The policy's type.
    pub policy: String,
    /// The thing's type.
    pub on: String,
}

/// A place in the source, in a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct DocumentSource {
    /// The file, with `/` between its folders.
    pub file: String,
    /// The line, from one; 0 where it is not known.
    pub line: u32,
    /// The column, from one; 0 where it is not known.
    pub column: u32,
}
