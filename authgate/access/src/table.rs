use std::fmt;
use std::panic::Location;

use crate::Declaration;

/// The requests that an entry of the [`Table`] answers.
///
/// # Examples
///
/// ```
/// use authgate::access::{Kind, Table};
///
/// fn fallbacks(table: &Table) -> usize {
///     table.iter().filter(|route| route.kind() == Kind::Fallback).count()
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// A method of a path.
    Route,
    /// The methods of a path that no other entry answers.
    OtherMethods,
    /// The paths below this path that no other entry matches.
    Fallback,
    /// The methods that a path does not support.
    MethodNotAllowed,
    /// This path and all paths below. If axum nests a router, the path with a trailing slash is not
    /// included.
    Prefix,
}

/// An entry of the [`Table`].
///
/// # Examples
///
/// ```
/// use authgate::access::Route;
///
/// fn shown(route: &Route) -> String {
///     format!("{} {} is {}", route.method(), route.path(), route.declaration())
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Route {
    #[doc(hidden)]
    pub kind: Kind,
    #[doc(hidden)]
    pub method: &'static str,
    #[doc(hidden)]
    pub path: String,
    #[doc(hidden)]
    pub declaration: Declaration,
    #[doc(hidden)]
    pub handler: &'static str,
    #[doc(hidden)]
    pub location: &'static Location<'static>,
    #[doc(hidden)]
    pub takes_body: bool,
}

impl Route {
    /// Creates an entry.
    #[doc(hidden)]
    #[must_use]
    pub const fn new(
        kind: Kind,
        method: &'static str,
        path: String,
        declaration: Declaration,
        handler: &'static str,
        location: &'static Location<'static>,
        takes_body: bool,
    ) -> Self {
        Self { kind, method, path, declaration, handler, location, takes_body }
    }

    /// Returns the kind of requests that the entry answers.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns the method. `*` is every method that no other entry of the path answers, `405` the
    /// methods that the path does not support, and `404` the paths that no entry matches. `GET`
    /// answers `HEAD`, too.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// Returns the full path, including nesting: `/reports/{id}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Returns the declared access.
    #[must_use]
    pub const fn declaration(&self) -> Declaration {
        self.declaration
    }

    /// Returns the name of the handler as the compiler prints it: `app::reports::purge`, or
    /// `app::routes::{{closure}}` for a closure, or the type of a service. The name may change with
    /// the compiler, so display it but do not compare it.
    #[must_use]
    pub const fn handler(&self) -> &'static str {
        self.handler
    }

    /// Returns `true` if the last parameter of the handler reads the request body. This is not
    /// known for services and ungated entries, which return `false`.
    #[must_use]
    pub const fn takes_body(&self) -> bool {
        self.takes_body
    }

    /// Returns where the route is registered: the file, line and column of `get(..)`.
    #[must_use]
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// All routes of a `Router` with their declared access, in the order of registration. The table is
/// complete, because a route without a declaration does not compile.
///
/// # Examples
///
/// ```
/// use authgate::routing::get;
/// use authgate::{Router, public};
///
/// #[public(reason = "load balancer probe")]
/// async fn health() {}
///
/// let table = Router::<()>::new().route("/health", get(health)).access();
/// assert_eq!(table.to_string(), "GET     /health public \"load balancer probe\"\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Table {
    routes: Vec<Route>,
}

impl Table {
    #[doc(hidden)]
    #[must_use]
    pub const fn new(routes: Vec<Route>) -> Self {
        Self { routes }
    }

    /// Returns the entries.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Iterates over the entries.
    pub fn iter(&self) -> std::slice::Iter<'_, Route> {
        self.routes.iter()
    }
}

impl<'a> IntoIterator for &'a Table {
    type Item = &'a Route;
    type IntoIter = std::slice::Iter<'a, Route>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// Formats one line for each entry: method, path and access.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.routes.iter().map(|route| route.shown_path().len()).max().unwrap_or(0);
        for route in &self.routes {
            writeln!(f, "{:<7} {:<width$} {}", route.method, route.shown_path(), route.declaration)?;
        }
        Ok(())
    }
}

impl Route {
    /// Returns the path, with `/{*}` at its end if the entry includes all paths below.
    #[doc(hidden)]
    #[must_use]
    pub fn shown_path(&self) -> String {
        match self.kind {
            Kind::Route | Kind::OtherMethods | Kind::MethodNotAllowed => self.path.clone(),
            Kind::Fallback | Kind::Prefix => format!("{}/{{*}}", self.path.trim_end_matches('/')),
        }
    }
}
