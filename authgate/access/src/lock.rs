//! The access lock: the access of every route, as text that is reviewed and committed.
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
//! Each line declares a right or a route. Rights come first. `#` at the start of a line or after a
//! space starts a comment.
//!
//! | line | declares |
//! |---|---|
//! | `role a > b, c` | a right, and the rights of its kind that it implies |
//! | `role a > b grants p, q` | also the permissions that it grants |
//! | `scope s allows p` | a scope, and the permissions that it allows a credential to use |
//! | `permission p`, `factor f` | a right of the other kinds |
//! | `policy P = app::P on app::T` | the types of a policy and its resource, with their modules: another type with the same name is a change |
//! | `kind x = app::X` | the type of a custom requirement |
//! | `tenant T canonical` | a tenant whose names are compared in a canonical form (`Tenant::CANONICAL`); the names of other tenants are compared by bytes |
//! | `METHOD path access` | a route: `*` is every method that no other line of the path answers, `405` the methods that the path does not support, `404` the paths that no line matches |
//!
//! | access | allows |
//! |---|---|
//! | `public "why"`, `ungated "why"` | every caller, without authentication |
//! | `authenticated P` | every authenticated caller |
//! | `role:x`, `scope:x`, `permission:x` | callers with the right; `role:x in T`, in the tenant of the request |
//! | `scheme:x`, `issuer:x` | callers with a credential of this scheme, or of this issuer |
//! | `acr:x,y`, `factor:x`, `fresh:300s` | callers with a login of one of these classes, with this method, or not older than this |
//! | `policy:X on T` | callers that the policy `X` allows to access the resource |
//! | `kind:x` | callers that meet a custom requirement |
//! | `waived(x) "why"` | also callers that do not meet the requirement `x` of the gate |
//! | `!a`, `a & b`, `a \| b` | not, and, or, in the order of their precedence; every mix has parentheses |
//! | `.. as P` | callers of this principal type, if the table has several |
//! | `.. conceal` | the same callers; the others get 404. With `conceal = X`, whose `X` is not written, callers that `X` allows get 403 |
//! | `a as P \| authenticated Q` | callers of two gates: each side states its principal type |
//!
//! The hierarchy of a kind has no cycles: `role a > b` and `role b > a` together are an error.
//!
//! A name with a space or a special character is in double quotes, with the escapes of Rust.

mod access;
mod cycle;
mod line;
mod names;
mod of_table;
mod read;
pub(crate) mod right;
mod rewrite;

use std::collections::BTreeSet;
use std::fmt;

use crate::type_name::{with_paths, without_modules};
use crate::{Rule, keywords};

pub use access::Access;
pub(super) use cycle::Cycle;
pub(crate) use line::order;
pub use line::{RightLine, RouteLine};
#[doc(hidden)]
pub use of_table::Writer;
pub use read::LockError;
pub(super) use read::METHODS;

/// An access lock.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nrole admin\nDELETE /reports/{id} role:admin\n")?;
/// assert_eq!(lock.routes()[0].path(), "/reports/{id}");
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
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
        // A rule may name the type of the resource without its modules.
        let is_it = |line: &&RightLine| {
            let right = &line.right;
            right.kind == kind
                && right.name == name
                && match (&right.on, &on) {
                    (Some(path), Some(on)) => path == on || without_modules(path) == *on,
                    (path, on) => path.is_none() && on.is_none(),
                }
        };
        self.rights.iter().find(is_it).and_then(RightLine::type_path)
    }

    pub(super) const fn of(rights: Vec<RightLine>, routes: Vec<RouteLine>) -> Self {
        Self { rights, routes }
    }

    pub(super) fn push(&mut self, route: RouteLine) {
        self.routes.push(route);
    }

    /// Returns the rights in the order of the lines.
    #[must_use]
    pub fn rights(&self) -> &[RightLine] {
        &self.rights
    }

    /// Returns the routes in the order of the lines.
    #[must_use]
    pub fn routes(&self) -> &[RouteLine] {
        &self.routes
    }

    /// Returns the right with this kind and name.
    #[must_use]
    pub fn right(&self, kind: &str, name: &str) -> Option<&RightLine> {
        self.rights.iter().find(|right| right.kind() == kind && right.name() == name)
    }

    /// Returns the rights of a kind that a caller with these rights holds: these and the implied
    /// ones.
    #[must_use]
    pub fn held<'a>(&'a self, kind: &str, given: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        let mut held = BTreeSet::new();
        let mut left: Vec<&str> = given.into_iter().collect();
        while let Some(name) = left.pop() {
            if held.insert(name)
                && let Some(right) = self.right(kind, name)
            {
                left.extend(right.implies().iter().map(String::as_str));
            }
        }
        held
    }

    /// Returns the permissions that these roles grant, with implied ones.
    #[must_use]
    pub fn granted<'a>(&'a self, roles: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        self.permissions("role", roles, RightLine::grants)
    }

    /// Returns the permissions that these scopes allow, with implied ones.
    #[must_use]
    pub fn allowed<'a>(&'a self, scopes: impl IntoIterator<Item = &'a str>) -> BTreeSet<&'a str> {
        self.permissions("scope", scopes, RightLine::allows)
    }

    /// Returns `true` if scopes limit permissions.
    #[must_use]
    pub fn limits_permissions(&self) -> bool {
        self.rights.iter().any(|right| !right.allows().is_empty())
    }

    fn permissions<'a>(
        &'a self,
        kind: &str,
        given: impl IntoIterator<Item = &'a str>,
        of: fn(&RightLine) -> &[String],
    ) -> BTreeSet<&'a str> {
        let rights = self.held(kind, given).into_iter().filter_map(|name| self.right(kind, name));
        self.held("permission", rights.flat_map(of).map(String::as_str))
    }
}

/// Formats the lock as a new file, without comments.
impl fmt::Display for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{HEADER}")?;
        self.rights.iter().try_for_each(|right| writeln!(f, "{right}"))?;
        self.routes.iter().try_for_each(|route| writeln!(f, "{route}"))
    }
}

/// The path of a type as a user names it. The modules of authgate may change.
fn public_path(path: &str) -> String {
    with_paths(path, |path| match path.strip_prefix("authgate::").and_then(|rest| rest.rsplit("::").next()) {
        Some(name) => format!("authgate::{name}"),
        None => path.to_owned(),
    })
}

/// The kind of the lines of tenants with a canonical form, and the word at their end.
pub(super) use crate::keywords::TENANT;
const CANONICAL: &str = "canonical";

/// The first line of every lock.
const HEADER: &str = "access.lock v1";
