//! The access lock: every route with who may call it, as text that is read in a review and committed.
//!
//! ```text
//! access.lock v1
//! role viewer
//! role editor > viewer
//! scope reports:write
//! GET     /health                  public "load balancer probe"
//! GET     /me                      authenticated User
//! PUT     /reports/{id}            role:editor & scope:reports:write
//! ```
//!
//! # The grammar, version 1
//!
//! One line a thing; `#` begins a comment, at the start of a line or after a space. First the rights, then the routes.
//!
//! | line | says |
//! |---|---|
//! | `role a > b, c` | a right, and the others of its kind that it implies |
//! | `role a > b grants p, q` | and the permissions that it grants |
//! | `scope s allows p` | and the permissions that a credential may be used for by it |
//! | `permission p`, `factor f` | the other kinds |
//! | `policy P = app::P on app::T` | the types of a policy over a resource, with their modules: another type of the name is a change |
//! | `kind x = app::X` | the type of a custom requirement |
//! | `tenant T canonical` | a tenant whose names are compared in a [canonical form](crate::right::Tenant::CANONICAL); the names of other tenants are compared by bytes |
//! | `METHOD path access` | a route: `*` is every method that no other line of the path takes, `405` those that the path does not take, `404` the paths that nothing else takes |
//!
//! | access | means |
//! |---|---|
//! | `public "why"`, `ungated "why"` | nobody is asked |
//! | `authenticated P` | anybody who proves who he is |
//! | `role:x`, `scope:x`, `permission:x` | holders of the right; `role:x in T`, in the tenant that the request is about |
//! | `scheme:x`, `acr:x,y`, `factor:x`, `fresh:300s` | by that scheme, and by a login of one of these classes, by this method, not older |
//! | `policy:X on T` | by leave of the policy `X` over the thing |
//! | `kind:x` | by a requirement of the application's own |
//! | `waived(x) "why"` | what the gate asks of everybody is not asked |
//! | `!a`, `a & b`, `a \| b` | not, and, or, in the order of their strength; every mix has parentheses |
//! | `.. as P` | of callers of this type, where a table has several |
//! | `.. conceal` | who may not is told that there is nothing |
//!
//! A name with a space or a mark of the grammar in it stands in double quotes, with Rust's escapes.

mod follows;
mod line;
mod names;
mod of_table;
mod read;
mod rewrite;

use std::fmt;

use crate::{Rule, keywords};

pub(crate) use line::Paths;
pub use line::{Access, RightLine, RouteLine};
#[doc(hidden)]
pub use of_table::Writer;
pub(super) use of_table::order;
pub use read::LockError;
pub(super) use read::METHODS;

/// An access lock, read or about to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    rights: Vec<RightLine>,
    routes: Vec<RouteLine>,
}

impl Lock {
    /// Returns the types of a policy or of a custom requirement, if the lock declares them.
    pub(crate) fn type_path(&self, rule: &Rule) -> Option<String> {
        let (kind, name, on) = match rule {
            Rule::Own(own) => (own.kind(), own.name().into(), None),
            Rule::Policy { policy, on } => (keywords::POLICY, policy.text(), Some(on.text())),
            _ => return None,
        };
        let is_it = |right: &&RightLine| {
            let named = |on: &str, path: &str| path == on || last_segment(path) == on;
            right.kind == kind
                && right.name == name
                && right.paths.as_ref().is_some_and(|paths| match (&paths.on, &on) {
                    (None, None) => true,
                    (Some(path), Some(on)) => named(on, path),
                    _ => false,
                })
        };
        self.rights.iter().find(is_it).and_then(RightLine::type_path)
    }

    pub(super) const fn of(rights: Vec<RightLine>, routes: Vec<RouteLine>) -> Self {
        Self { rights, routes }
    }

    /// The rights, in the order of the lines.
    #[must_use]
    pub fn rights(&self) -> &[RightLine] {
        &self.rights
    }

    /// The routes, in the order of the lines.
    #[must_use]
    pub fn routes(&self) -> &[RouteLine] {
        &self.routes
    }

    /// The right of this kind and name.
    #[must_use]
    pub fn right(&self, kind: &str, name: &str) -> Option<&RightLine> {
        self.rights.iter().find(|right| right.kind() == kind && right.name() == name)
    }
}

/// As it is written into a new file, without comments.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.rights.iter().try_for_each(|right| writeln!(f, "{right}"))?;
        self.routes.iter().try_for_each(|route| writeln!(f, "{route}"))
    }
}

/// The name of a type without its modules: `app::Child<app::Org>` -> `Child<Org>`.
fn last_segment(path: &str) -> String {
    with_paths(path, |path| path.rsplit("::").next().unwrap_or(path).to_owned())
}

/// The path of a type as a user names it. The modules of authgate may change.
fn public_path(path: &str) -> String {
    with_paths(path, |path| match path.strip_prefix("authgate::").and_then(|rest| rest.rsplit("::").next()) {
        Some(name) => format!("authgate::{name}"),
        None => path.to_owned(),
    })
}

/// Changes each path in the name of a type: of `Child<app::Org>`, `Child` and `app::Org`.
fn with_paths(name: &str, change: impl Fn(&str) -> String) -> String {
    let is_of_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut changed = String::new();
    for part in name.split_inclusive(|c| !is_of_path(c)) {
        let path = part.trim_end_matches(|c| !is_of_path(c));
        changed.push_str(&change(path));
        changed.push_str(part.get(path.len()..).unwrap_or_default());
    }
    changed
}

/// The kind of the lines of tenants whose names have a canonical form, and the word at their end.
pub(super) use crate::keywords::TENANT;
const CANONICAL: &str = "canonical";

/// The first line.
const HEADER: &str = "access.lock v1";
