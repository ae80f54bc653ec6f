//! A router that takes only handlers that declare who may call them.

mod checks;
mod compose;
mod error;
mod guarded;
mod method;
mod parts;
pub(crate) mod table;
pub mod routing;

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::fmt;
use std::panic::Location;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::Route as AxumRoute;
use tower_layer::Layer;
use tower_service::Service;

use checks::Checks;
pub use error::RouterError;
pub use method::MethodRouter;
use parts::Methods;
pub(crate) use table::{Kind, Route, Table};

use crate::gate::{GateLayer, way_back_in_use};
use crate::handler::{Call, Gated, Shape, must_be_sound};
use crate::test_hooks::{Hooks, RouteHooks as _};

/// axum's `Router`, for handlers whose first parameter declares who may call them. A handler that declares nothing, or
/// declares it after another parameter, does not compile as a route.
///
/// It has axum's methods, with axum's meaning; paths, their parameters and precedence are axum's. What it takes in is
/// declared, fallbacks and services included, and shows in [`access`](Self::access). A path that no route matches is
/// 404 for everybody unless there is a [`fallback`](Self::fallback), and a method that a path does not take is 405
/// before anybody is asked who he is.
///
/// A layer may answer in a handler's place, but can never make one run unchecked. A CORS layer that answers preflights,
/// which carry no credentials, goes around all with [`layer`](Self::layer); scripts of other origins see denials only
/// through it, and the challenge only where it exposes `WWW-Authenticate`.
#[must_use = "a router does nothing before it is served: `axum::serve(listener, router.with_state(state))`"]
pub struct Router<S = ()> {
    inner: axum::Router<S>,
    routes: Vec<Route>,
    checks: Checks<S>,
}

impl<S> Clone for Router<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), routes: self.routes.clone(), checks: self.checks.clone() }
    }
}

impl<S> fmt::Debug for Router<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Router").field("routes", &self.routes).finish_non_exhaustive()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for Router<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> Router<S> {
    /// A router without routes: every path is 404.
    pub fn new() -> Self {
        Self { inner: axum::Router::new(), routes: Vec::new(), checks: Checks::new() }
    }

    /// Adds what a path answers: `route("/reports/{id}", get(read).put(publish))`.
    ///
    /// # Panics
    ///
    /// The path is there already with a fallback, and this has one, too (as [`any`](routing::any) is one); or, as
    /// axum's, the path is not one, or overlaps with another.
    #[track_caller]
    pub fn route<M: Methods<S>>(mut self, path: &str, methods: M) -> Self {
        let (inner, routes, checks) = methods.into_methods().at(path);
        self.checks.extend(checks);
        self.must_add(routes.collect());
        Self { inner: self.inner.route(path, inner), ..self }
    }

    /// Answers every path that no route matches.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.routes.retain(|route| route.kind != Kind::Fallback || !route.path.is_empty());
        self.push::<H, T>(Kind::Fallback, String::new());
        Self { inner: self.inner.fallback(Gated::new(handler)), ..self }
    }

    /// Answers every path that is there with a method that it does not take, in the place of the plain 405. As with
    /// axum, it holds for the routes that are there already, and the first one for a path stays. It answers for paths in what
    /// is [`ungated`](Self::ungated), too.
    #[track_caller]
    pub fn method_not_allowed_fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        for path in self.paths_with_methods() {
            self.push::<H, T>(Kind::MethodNotAllowed, path);
        }
        Self { inner: self.inner.method_not_allowed_fallback(Gated::new(handler)), ..self }
    }

    #[track_caller]
    fn push<H: Call<T, S>, T>(&mut self, kind: Kind, path: String) {
        self.checks.add(&H::DECLARATION, H::check);
        self.routes.push(Route {
            kind,
            method: if kind == Kind::MethodNotAllowed { "405" } else { "404" },
            path,
            declaration: H::DECLARATION,
            handler: H::name(),
            location: Location::caller(),
            takes_body: H::takes_body(),
            gate: Hooks::route_gate(|state| state.downcast_ref().and_then(H::gate)),
            check_path: H::check_path,
        });
    }

    /// The paths of which some methods have no answer yet: the first that is given to them stays, as with axum.
    fn paths_with_methods(&self) -> BTreeSet<String> {
        let of =
            |kind| self.routes.iter().filter(move |route| route.kind == kind).map(|route| route.path.clone());
        let answered: BTreeSet<_> = of(Kind::OtherMethods).chain(of(Kind::MethodNotAllowed)).collect();
        of(Kind::Route).filter(|path| !answered.contains(path)).collect()
    }

    /// Takes the fallbacks away, those of nested routers included: paths that no route matches are 404 again.
    pub fn reset_fallback(mut self) -> Self {
        self.routes.retain(|route| route.kind != Kind::Fallback);
        Self { inner: self.inner.reset_fallback(), ..self }
    }

    /// Puts a layer around everything that is there already, fallbacks included. It runs before a caller is
    /// identified.
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

    /// Puts a layer around the routes that are there already, and not around fallbacks. It runs before a caller is
    /// identified.
    ///
    /// # Panics
    ///
    /// As axum's: there are no routes.
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

    /// Whether there are routes.
    #[must_use]
    pub fn has_routes(&self) -> bool {
        self.inner.has_routes()
    }

    /// Every route with who may call it.
    ///
    /// # Completeness
    ///
    /// Whatever of this router answers is an entry, since there is no other way in:
    ///
    /// | way | in the table |
    /// |---|---|
    /// | a handler, by [`route`](Self::route) and the functions of [`routing`], under a layer or not | one entry a method; without a declaration it does not compile |
    /// | `HEAD`, where there is no handler for it | by the entry of `GET`, as axum answers it |
    /// | [`any`](routing::any), and a method router's [`fallback`](MethodRouter::fallback) | `*`, for the methods that no other entry of the path takes |
    /// | [`method_not_allowed_fallback`](Self::method_not_allowed_fallback) | `405`, for each path that has no answer yet; the first one stays |
    /// | [`fallback`](Self::fallback) | `404`; the last one counts; [`reset_fallback`](Self::reset_fallback) takes all away, as it does in axum |
    /// | [`route_service`](Self::route_service), [`nest_service`](Self::nest_service) | `*`, with the right that they take; without one it does not compile |
    /// | [`merge`](Self::merge), [`nest`](Self::nest), [`MethodRouter::merge`] | the other's entries; `axum::Router` and `axum::routing::MethodRouter` do not compile |
    /// | [`with_state_nested`](Self::with_state_nested), [`MethodRouter::with_state`] | the same entries as before |
    /// | [`ungated`](Self::ungated), the one door for a plain `axum::Router` | one entry for all that is below, with the reason |
    /// | a second answer to what is below one path | refused, by a panic or a [`RouterError`] |
    /// | `From`, `Into`, a public field, a way to take routes out of an `axum::Router` | there is none |
    ///
    /// A layer is no entry, and no way in: it may answer in a handler's place, as CORS does, and change a request before
    /// or an answer after; it cannot make a handler run unchecked, and what it answers itself is its author's to declare. Once
    /// [`with_state`](Self::with_state) has returned a plain `axum::Router`, what is added to that is axum's and shows nowhere: take the
    /// table last and serve what is returned, with nothing but layers around.
    ///
    /// ```
    /// # #[authgate::public(reason = "load balancer probe")]
    /// # async fn health() {}
    /// let routes = authgate::Router::<()>::new().route("/health", authgate::routing::get(health));
    /// assert_eq!(routes.access().to_string(), "GET     /health public \"load balancer probe\"\n");
    /// ```
    #[must_use]
    pub fn access(&self) -> Table {
        Table::new(self.routes.clone())
    }

    /// Gives the state, and with it a plain `axum::Router` to serve.
    ///
    /// # Panics
    ///
    /// A route takes only schemes that its gate does not have, as `#[requires(role = "admin", scheme = ApiKey)]`; or a route is
    /// about a thing that its path does not name.
    pub fn with_state(self, state: S) -> axum::Router {
        // Here the paths are what they will be.
        checks::check_paths(&self.routes);
        self.with_state_nested(state).inner
    }

    /// Gives the state and stays a [`Router`], to be nested in or merged with one that has another state.
    ///
    /// # Panics
    ///
    /// A route takes only schemes that its gate does not have.
    pub fn with_state_nested<S2: Clone + Send + Sync + 'static>(self, state: S) -> Router<S2> {
        self.checks.run(&state);
        let mut routes = self.routes;
        routes.iter_mut().for_each(|route| Hooks::with_state(&mut route.gate, &state));
        let mut inner = self.inner.with_state(state);
        if way_back_in_use() {
            inner = inner.layer(GateLayer::new(true));
        }
        Router { inner, routes, checks: Checks::new() }
    }
}
