//! A router that accepts only handlers that declare who may call them.

mod compose;
mod error;
mod guarded;
mod ungated;
mod method;
mod parts;
#[cfg(feature = "oauth")]
mod resource_metadata;
mod entry;
mod routes;
pub mod routing;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route as AxumRoute;
use tower_layer::Layer;
use tower_service::Service;

pub(crate) use entry::Entry;
pub(crate) use error::RouterError;
use error::must;
pub use method::MethodRouter;
use parts::Methods;
use routes::Routes;

use crate::access::{Kind, Table};
use crate::gate::{GateLayer, response_hooks_in_use};
use crate::handler::{Call, Gated, Shape, must_be_sound};
use crate::secret::debug_only;

/// axum's `Router` for handlers whose first parameter declares who may call them. A handler that
/// declares nothing, or declares it after another parameter, does not compile as a route.
///
/// The methods have the same meaning as in axum, and so have paths, path parameters and precedence.
/// All handlers, fallbacks and services are declared and appear in [`access`](Self::access). A path
/// that no route matches gets 404 for every caller, unless there is a [`fallback`](Self::fallback).
/// A method that a path does not support gets 405 before the caller is authenticated.
///
/// A layer may respond instead of a handler, but can never make a handler run unchecked. Add a CORS
/// layer with [`layer`](Self::layer), because it answers preflights, which carry no credentials.
/// Scripts of other origins can read denials only through such a layer. They can read the challenge
/// only if it exposes `WWW-Authenticate`.
///
/// # Examples
///
/// ```
/// use authgate::routing::get;
/// use authgate::{Authenticated, Gate, Router, public};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// #[public(reason = "load balancer probe")]
/// async fn health() -> &'static str {
///     "ok"
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// fn app(gate: Gate<User>) -> axum::Router {
///     Router::new().route("/health", get(health)).route("/me", get(me)).with_state(gate)
/// }
/// ```
#[must_use = "a router does nothing unless it is served: `axum::serve(listener, router.with_state(state))`"]
pub struct Router<S = ()> {
    inner: axum::Router<S>,
    pub(crate) routes: Routes<S>,
    /// Called with the table once it is complete.
    readers: Vec<TableReader>,
}

/// Completes a document from the table.
type TableReader = Arc<dyn Fn(&Table) + Send + Sync>;

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), routes: self.routes.clone(), readers: self.readers.clone() }
    }
}

debug_only!([S] Router<S> { routes });

impl<S: Clone + Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// Creates a router without routes: every path gets 404.
    pub fn new() -> Self {
        Self { inner: axum::Router::new(), routes: Routes::new(), readers: Vec::new() }
    }

    /// Adds the handlers of a path: `route("/reports/{id}", get(read).put(publish))`.
    ///
    /// # Panics
    ///
    /// Panics if the path already has a fallback and `methods` has one too. [`any`](routing::any)
    /// counts as a fallback. Panics, as in axum, if the path is invalid or overlaps with another
    /// path.
    #[track_caller]
    pub fn route<M: Methods<S>>(mut self, path: &str, methods: M) -> Self {
        let (inner, routes) = methods.into_methods().at(path);
        must(self.routes.add(routes));
        Self { inner: self.inner.route(path, inner), ..self }
    }

    /// Sets the handler for paths that no route matches.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.routes.retain(|route| route.kind != Kind::Fallback || !route.path.is_empty());
        self.routes.push::<H, T>(Kind::Fallback, "404", String::new());
        Self { inner: self.inner.fallback(Gated::new(handler)), ..self }
    }

    /// Sets the handler for methods that a path does not support, instead of the plain 405. As in
    /// axum, it applies to routes that were added before, and the first one for a path is kept. It
    /// also applies to paths in an [`ungated`](Self::ungated) router.
    #[track_caller]
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        for path in self.paths_with_methods() {
            self.routes.push::<H, T>(Kind::MethodNotAllowed, "405", path);
        }
        Self { inner: self.inner.method_not_allowed_fallback(Gated::new(handler)), ..self }
    }

    /// Returns the paths without a fallback for other methods. As in axum, the first one that is
    /// set for a path is kept.
    fn paths_with_methods(&self) -> BTreeSet<String> {
        let of =
            |kind| self.routes.iter().filter(move |route| route.kind == kind).map(|route| route.path.clone());
        let answered: BTreeSet<_> = of(Kind::OtherMethods).chain(of(Kind::MethodNotAllowed)).collect();
        of(Kind::Route).filter(|path| !answered.contains(path)).collect()
    }

    /// Removes the fallbacks, including those of nested routers. Paths that no route matches get
    /// 404 again.
    pub fn reset_fallback(mut self) -> Self {
        self.routes.retain(|route| route.kind != Kind::Fallback);
        Self { inner: self.inner.reset_fallback(), ..self }
    }

    /// Adds a layer around everything that was added before, including fallbacks. It runs before
    /// the caller is authenticated.
    pub fn layer<L>(self, layer: L) -> Self
    where
        L: Layer<AxumRoute> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.layer(layer), ..self }
    }

    /// Adds a layer around the routes that were added before, but not around fallbacks. It runs
    /// before the caller is authenticated.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if there are no routes.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<AxumRoute> + Clone + Send + Sync + 'static,
        L::Service: Service<Request> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Error: Into<Infallible> + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.route_layer(layer), ..self }
    }

    /// Returns `true` if the router has routes.
    #[must_use]
    pub fn has_routes(&self) -> bool {
        self.inner.has_routes()
    }

    /// Returns the access table: every route with its declaration.
    ///
    /// # Examples
    ///
    /// ```
    /// #[authgate::public(reason = "load balancer probe")]
    /// async fn health() {}
    /// let routes = authgate::Router::<()>::new().route("/health", authgate::routing::get(health));
    /// assert_eq!(routes.access().to_string(), "GET     /health public \"load balancer probe\"\n");
    /// ```
    ///
    /// # Completeness
    ///
    /// Everything that this router answers has an entry. These are the only ways to add a handler:
    ///
    /// | added by | entries |
    /// |---|---|
    /// | a handler with [`route`](Self::route) and the functions of [`routing`], with or without a layer | one per method. A handler without a declaration does not compile |
    /// | `HEAD` without a separate handler | the entry of `GET`, which answers it as in axum |
    /// | [`any`](routing::any), and [`fallback`](MethodRouter::fallback) of a method router | `*`, for the methods without another entry for the path |
    /// | [`method_not_allowed_fallback`](Self::method_not_allowed_fallback) | `405`, for each path without a fallback. The first one is kept |
    /// | [`fallback`](Self::fallback) | `404`. The last one counts. [`reset_fallback`](Self::reset_fallback) removes all of them, as in axum |
    /// | [`route_service`](Self::route_service), [`nest_service`](Self::nest_service) | `*`, with the required right. A service without one does not compile |
    /// | [`merge`](Self::merge), [`nest`](Self::nest), [`MethodRouter::merge`] | the entries of the other router. `axum::Router` and `axum::routing::MethodRouter` do not compile |
    /// | [`with_state_nested`](Self::with_state_nested), [`MethodRouter::with_state`] | the same entries as before |
    /// | [`ungated`](Self::ungated), the only way to add a plain `axum::Router` | one for all paths below, with the reason |
    /// | a second handler for all paths below a path | rejected by a panic or a [`RouterError`] |
    /// | `From`, `Into`, a public field, routes from an `axum::Router` | not available |
    ///
    /// A layer has no entry. It may respond instead of a handler, as CORS does, and change a
    /// request or a response. It cannot make a handler run unchecked. The application is
    /// responsible for the responses of its layers.
    ///
    /// [`with_state`](Self::with_state) returns a plain `axum::Router`. Routes that are added to it
    /// do not appear in the table. Take the table last, and serve the returned router with only
    /// layers around it.
    #[must_use]
    pub fn access(&self) -> Table {
        Table::new(self.routes.iter().map(|entry| entry.route().clone()).collect())
    }

    /// Sets the state and returns a plain `axum::Router` to serve.
    ///
    /// # Panics
    ///
    /// Panics if a route accepts only schemes that its gate does not have, such as
    /// `#[requires(role = "admin", scheme = ApiKey)]`. Panics if a route is about a resource that
    /// its path does not name. Logs a warning if a path lacks the parameter of a tenant.
    pub fn with_state(self, state: S) -> axum::Router {
        // The paths are final here.
        self.routes.check_paths();
        if !self.readers.is_empty() {
            let table = self.access();
            self.readers.iter().for_each(|read| read(&table));
        }
        self.with_state_nested(state).inner
    }

    /// Sets the state and returns a [`Router`], to nest in or merge with a router that has another
    /// state.
    ///
    /// # Panics
    ///
    /// Panics if a route accepts only schemes that its gate does not have.
    pub fn with_state_nested<S2: Clone + Send + Sync + 'static>(self, state: S) -> Router<S2> {
        let routes = self.routes.with_state(&state);
        let mut inner = self.inner.with_state(state);
        if response_hooks_in_use() {
            inner = inner.layer(GateLayer::new(true));
        }
        Router { inner, routes, readers: self.readers }
    }
}
