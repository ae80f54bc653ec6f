//! Lints: rules that are likely mistakes, or that deserve a reason.
//!
//! | id | finding | why |
//! |---|---|---|
//! | `siblings` | on one path, `DELETE` allows callers that `PUT` or `PATCH` denies, or `PUT` and `PATCH` have different rules | a caller that cannot change a resource should not be able to delete it, and both methods change it |
//! | `weaker-write` | a method that changes a resource allows strictly more callers than `GET` of the path | callers can change what they cannot read |
//! | `two-rules` | a handler function is registered with two rules; generic arguments are ignored | the weaker rule is the one that protects the function |
//! | `public-body` | a public route reads the request body | anonymous clients can send data and cause work |
//! | `gated-well-known` | `/robots.txt`, `/favicon.ico`, `/.well-known/..` or a health route (`/health`, `/healthz`, `/livez`, `/readyz`, `/ping`) requires authentication | its clients have no credentials and always get 401 |
//! | `unused-role` | no rule names the role, a permission that it grants, or a role above or below it | the role grants access to nothing, or a rule requires another role by mistake |
//! | `unreachable` | no caller can satisfy the rule | the route is dead, so the rule is a mistake |
//! | `exact-tenant` | a rule excludes a right in a tenant without a canonical form (`Tenant::CANONICAL`) | another spelling of the tenant's name passes if the application's lookup accepts it |
//! | `unlisted-scope` | a rule requires a scope that `scopes_supported` of the protected resource metadata (RFC 9728) does not list | clients cannot know that they need it |
//! | `acceptance` | a comment that accepts nothing, see below | it suggests a decision that has no effect |
//!
//! Rules are compared by their meaning, not by their text. `unused-role` reports nothing if a rule
//! has a policy or a custom requirement, because these can check roles themselves.
//!
//! # Accepting
//!
//! A comment at the line of the route or role in the lock accepts a finding, with a reason:
//!
//! ```text
//! # allow(public-body): the login form
//! POST    /login                   public "login"
//! ```
//!
//! Several ids are separated by commas. A comment without a reason, with an unknown id, or without
//! a finding is a finding itself.

mod accepted;
mod checks;
mod finding;
mod options;
mod sarif;

use std::cell::RefCell;
use std::collections::HashMap;

pub use finding::{Finding, to_markdown};
pub use options::{MetadataError, Options};
pub use sarif::to_sarif;

use super::document::{Document, DocumentError};
use super::lock::{Access, Lock};
use super::meaning::{Meaning, Relation};
use finding::{Odd, On};

/// The ids of all lints.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::IDS;
///
/// assert!(IDS.contains(&"public-body"));
/// ```
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

/// Returns the findings in a document: of routes, of rights, and of comments that accept nothing.
/// Includes accepted findings with their reason.
///
/// # Examples
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
/// Returns [`DocumentError`] if the document is invalid, see [`Document::lock`].
pub fn lint(document: &Document, options: &Options) -> Result<Vec<Finding>, DocumentError> {
    let lock = document.lock()?;
    let table = Linted { document, lock: &lock, weaker: Weaker::of(&lock), options };
    let mut odd = Vec::new();
    checks::siblings(&table, &mut odd);
    checks::weaker_write(&table, &mut odd);
    checks::gated_well_known(&table, &mut odd);
    checks::two_rules(&table, &mut odd);
    checks::public_body(&table, &mut odd);
    checks::unreachable(&table, &mut odd);
    checks::exact_tenant(&table, &mut odd);
    checks::unlisted_scope(&table, &mut odd);
    checks::unused_role(&table, &mut odd);
    // Groups the findings by route.
    odd.sort_by_key(|odd| odd.on);
    Ok(accepted::findings(&table, odd))
}

/// The input of the lints.
struct Linted<'a> {
    document: &'a Document,
    /// The lock of the document, with routes in the order of the document.
    lock: &'a Lock,
    weaker: Weaker<'a>,
    options: &'a Options,
}

/// The rules of a lock, compared by their meaning. Many routes have equal rules, so the results are
/// kept.
struct Weaker<'a> {
    meaning: Meaning<'a>,
    relations: RefCell<HashMap<(String, String), Relation>>,
    possible: RefCell<HashMap<String, Option<bool>>>,
}

impl<'a> Weaker<'a> {
    fn of(lock: &'a Lock) -> Self {
        let (relations, possible) = (RefCell::default(), RefCell::default());
        Self { meaning: Meaning::between(lock, lock), relations, possible }
    }

    /// Returns how the callers of the second relate to those of the first.
    fn relation(&self, first: &Access, second: &Access) -> Relation {
        if first == second {
            return Relation::Same;
        }
        let mut relations = self.relations.borrow_mut();
        let key = (first.to_string(), second.to_string());
        *relations.entry(key).or_insert_with(|| self.meaning.relation(first, second))
    }

    /// Returns `true` if a caller can satisfy the access, or `None` if the rule is too large to
    /// decide.
    fn is_possible(&self, access: &Access) -> Option<bool> {
        let mut possible = self.possible.borrow_mut();
        *possible.entry(access.to_string()).or_insert_with(|| self.meaning.is_possible(access))
    }
}
