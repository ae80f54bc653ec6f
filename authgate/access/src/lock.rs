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
//! The hierarchy of a kind has no cycles: `role a > b` and `role b > a` together are an error.
//!
//! A name with a space or a mark of the grammar in it stands in double quotes, with Rust's escapes.

mod cycle;
mod follows;
mod line;
mod names;
mod of_table;
mod read;
mod rewrite;
mod rule;
mod words;

use std::fmt;

pub(super) use cycle::Cycle;
pub use line::{Access, RightLine, RouteLine};
#[doc(hidden)]
pub use of_table::Writer;
pub(super) use of_table::order;
pub use read::LockError;
pub(super) use read::METHODS;
pub use rule::Rule;
pub(super) use words::misleads;

/// An access lock, read or about to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    rights: Vec<RightLine>,
    routes: Vec<RouteLine>,
}

impl Lock {
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

/// The kind of the lines of tenants whose names have a canonical form, and the word at their end.
pub(super) const TENANT: &str = "tenant";
const CANONICAL: &str = "canonical";

/// The first line.
const HEADER: &str = "access.lock v1";
