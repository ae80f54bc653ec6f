//! What is odd in a table: most often a mistake, and else worth a reason.
//!
//! | id | what is odd | why |
//! |---|---|---|
//! | `siblings` | on one path, `DELETE` lets in whom `PUT` or `PATCH` refuses, or `PUT` and `PATCH` differ at all | who may not change a thing should not be able to destroy it, and the two ways to change it are one power |
//! | `weaker-write` | a method that changes things lets in strictly more callers than the path's `GET` | who may not even look can act |
//! | `two-rules` | one handler function is registered under two rules (a generic one; its generics are left aside) | the weaker of the two is the one that holds |
//! | `public-body` | a public route reads the request's body | it is where strangers put work, and data, into the application |
//! | `gated-well-known` | `/robots.txt`, `/favicon.ico`, `/.well-known/..` or a health route (`/health`, `/healthz`, `/livez`, `/readyz`, `/ping`) asks for a credential | who asks for it has none, and is told 401 for ever |
//! | `unused-role` | no rule names the role, nor a permission that it grants, nor a role above or below it | it is given to people and opens nothing, or the rule that should ask for it asks for another |
//! | `unreachable` | no caller can ever meet the rule | the route is dead, and the rule says something else than was meant |
//! | `exact-tenant` | a rule excludes a right in a tenant whose names have no [canonical form](crate::right::Tenant::CANONICAL) | another spelling of the tenant's name passes if the application's lookup accepts it |
//! | `unlisted-scope` | a scope is asked for that the protected resource metadata (RFC 9728) does not list in `scopes_supported` | clients cannot know that they have to ask for it |
//! | `acceptance` | an acceptance that is none, see below | it hides what somebody takes to be decided |
//!
//! Which rule is weaker is decided by what rules mean, not by how they are written. A role is not called unused where a rule leaves
//! something to a policy or another requirement of the application's own, for these can look at roles themselves.
//!
//! # Accepting
//!
//! A comment in the lock that belongs to the route's line, or to the role's, says that it is meant, and why:
//!
//! ```text
//! # allow(public-body): signing in
//! POST    /login                   public "signing in"
//! ```
//!
//! Several ids are separated by commas. An acceptance without a reason, of an id that does not exist, or of something that is not
//! there (any more) is itself a finding.

mod accepted;
mod finding;
mod handlers;
mod options;
mod paths;
mod rights;
mod sarif;
mod weaker;

pub use finding::{Finding, to_markdown};
pub use options::{MetadataError, Options};
pub use sarif::to_sarif;

use super::document::{Document, DocumentError};
use super::lock::Lock;
use finding::{Odd, On};
use weaker::Weaker;

/// The ids of all lints.
pub const IDS: [&str; 10] = [
    "siblings",
    "weaker-write",
    "two-rules",
    "public-body",
    "gated-well-known",
    "unused-role",
    "unreachable",
    "exact-tenant",
    "unlisted-scope",
    ACCEPTANCE,
];

const ACCEPTANCE: &str = "acceptance";

/// What is odd in a document, in its order: the routes, the rights, and what is wrong with acceptances. What is accepted is there,
/// too, with the reason.
///
/// ```
/// use authgate::access::lint::{Options, lint};
/// use authgate::access::{document::Document, lock::Lock};
///
/// let lock = Lock::parse("access.lock v1\nrole admin > member\nrole member\nPUT /a role:admin\nDELETE /a role:member\n")?;
/// let findings = lint(&Document::of_lock(&lock), &Options::new())?;
/// assert!(findings[0].to_string().starts_with("warning[siblings]: DELETE /a: "));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// The document says something that no table can, see [`Document::lock`].
pub fn lint(document: &Document, options: &Options) -> Result<Vec<Finding>, DocumentError> {
    let lock = document.lock()?;
    let table = Linted { document, lock: &lock, weaker: Weaker::of(&lock), options };
    let mut odd = Vec::new();
    paths::siblings(&table, &mut odd);
    paths::weaker_write(&table, &mut odd);
    paths::gated_well_known(&table, &mut odd);
    handlers::two_rules(&table, &mut odd);
    handlers::public_body(&table, &mut odd);
    rights::unreachable(&table, &mut odd);
    rights::exact_tenant(&table, &mut odd);
    rights::unlisted_scope(&table, &mut odd);
    rights::unused_role(&table, &mut odd);
    // Each lint is in order, and all of a route shall stand together.
    odd.sort_by_key(|odd| odd.on);
    Ok(accepted::findings(&table, odd))
}

/// What lints read.
struct Linted<'a> {
    document: &'a Document,
    /// The document's own: its routes are in the document's order.
    lock: &'a Lock,
    weaker: Weaker<'a>,
    options: &'a Options,
}
