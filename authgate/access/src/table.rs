use std::fmt;
use std::panic::Location;

use crate::Declaration;

/// How requests get to an entry of the [`Table`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// By method and path.
    Route,
    /// By path, with any method that the path's other entries do not take.
    OtherMethods,
    /// By a path under this one that nothing else matches.
    Fallback,
    /// By this path, with a method that it does not take.
    MethodNotAllowed,
    /// By this path and any under it. What axum nests with it does not include the path with a slash at its end.
    Prefix,
}

/// An entry of the [`Table`].
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

    /// How requests get here.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// The method, or `*` for every method that no other entry of the path takes; `405` for methods that the path does not
    /// take, and `404` for paths that nothing else takes. `GET` answers `HEAD` too.
    #[must_use]
    pub const fn method(&self) -> &'static str {
        self.method
    }

    /// The path as it is finally nested, with its parameters as they are written: `/reports/{id}`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Who may call.
    #[must_use]
    pub const fn declaration(&self) -> Declaration {
        self.declaration
    }

    /// The handler's name as the compiler prints it, such as `app::reports::purge`; `app::routes::{{closure}}` for a
    /// closure, and the type's name for a service. It may change with the compiler: show it, do not compare it.
    #[must_use]
    pub const fn handler(&self) -> &'static str {
        self.handler
    }

    /// Whether the handler's last parameter reads the request's body. Of a service, and of what is ungated, it is not known,
    /// and `false`.
    #[must_use]
    pub const fn takes_body(&self) -> bool {
        self.takes_body
    }

    /// Where the route is registered: file, line and column of the `get(..)` or of its like.
    #[must_use]
    pub const fn location(&self) -> &'static Location<'static> {
        self.location
    }
}

/// Every route of a [`Router`](crate::Router) with who may call it, in the order of registration. Complete, because
/// there is no way into the router without a declaration.
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

    /// The entries.
    #[must_use]
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// The entries.
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

/// One line an entry: method, path, who may call.
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
    /// The path, with a rest where an entry takes in whatever is below it.
    #[doc(hidden)]
    #[must_use]
    pub fn shown_path(&self) -> String {
        match self.kind {
            Kind::Route | Kind::OtherMethods | Kind::MethodNotAllowed => self.path.clone(),
            Kind::Fallback | Kind::Prefix => format!("{}/{{*}}", self.path.trim_end_matches('/')),
        }
    }
}
