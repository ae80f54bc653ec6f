//! The handlers of a path, by method.

mod chain;

use std::convert::Infallible;
use std::fmt;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, Route as AxumRoute};
use tower_layer::Layer;
use tower_service::Service;

use super::Entry;
use super::RouterError;
use super::checks::Checks;
use crate::access::Kind;
use crate::handler::{Call, Gated, Shape, must_be_sound};

/// axum's `MethodRouter` for handlers that declare who may call them. Created by
/// [`get`](super::routing::get) and similar functions.
#[must_use = "what a path answers is nothing without the path: `router.route(\"/reports\", ..)`"]
pub struct MethodRouter<S = ()> {
    inner: axum::routing::MethodRouter<S>,
    routes: Vec<Entry>,
    checks: Checks<S>,
}

impl<S> Clone for MethodRouter<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), routes: self.routes.clone(), checks: self.checks.clone() }
    }
}

impl<S> fmt::Debug for MethodRouter<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MethodRouter").field("routes", &self.routes).finish_non_exhaustive()
    }
}

impl<S: Clone + Send + Sync + 'static> Default for MethodRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
    /// Creates a method router without handlers: every method gets 405.
    pub fn new() -> Self {
        Self { inner: axum::routing::MethodRouter::new(), routes: Vec::new(), checks: Checks::new() }
    }

    /// Sets the handler for some methods.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if one of the methods already has a handler.
    #[track_caller]
    pub fn on<H, T>(self, methods: MethodFilter, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.answer(methods, handler)
    }

    /// Like [`on`](Self::on), for a declaration that was already checked to be satisfiable. An
    /// unsatisfiable declaration is then a single error, at the user's call.
    #[track_caller]
    pub(super) fn answer<H, T>(mut self, methods: MethodFilter, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        for method in names(methods) {
            self.push::<H, T>(Kind::Route, method);
        }
        Self { inner: self.inner.on(methods, Gated::new(handler)), ..self }
    }

    /// Sets the handler for all methods without one.
    #[track_caller]
    pub fn fallback<H, T>(mut self, handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        const { must_be_sound::<H, T, S>() };
        self.routes.retain(|route| route.kind != Kind::OtherMethods);
        self.push::<H, T>(Kind::OtherMethods, "*");
        Self { inner: self.inner.fallback(Gated::new(handler)), ..self }
    }

    #[track_caller]
    pub(super) fn any<H, T>(handler: H) -> Self
    where
        H: Shape<T>,
        T: 'static,
        H: Call<T, S>,
    {
        let mut any = Self::new();
        any.push::<H, T>(Kind::OtherMethods, "*");
        Self { inner: axum::routing::any(Gated::new(handler)), ..any }
    }

    #[track_caller]
    fn push<H: Call<T, S>, T>(&mut self, kind: Kind, method: &'static str) {
        self.checks.add(&H::DECLARATION, H::check);
        self.routes.push(Entry::of::<H, T, S>(kind, method, String::new()));
    }

    /// Adds the handlers of another method router.
    ///
    /// # Panics
    ///
    /// Panics if both have a fallback. [`any`](super::routing::any) counts as a fallback. Panics,
    /// as in axum, if both have a handler for the same method.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        if let (Some(one), Some(other)) = (self.fallback_name(), other.fallback_name()) {
            #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
            {
                panic!("{}", RouterError::TwoFallbacks { handlers: [one, other] });
            }
        }
        self.routes.extend(other.routes);
        self.checks.extend(other.checks);
        Self { inner: self.inner.merge(other.inner), ..self }
    }

    fn fallback_name(&self) -> Option<&'static str> {
        self.routes.iter().find(|route| route.kind == Kind::OtherMethods).map(|route| route.handler())
    }

    /// Adds a layer around everything that was added before. It runs before the caller is
    /// authenticated.
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

    /// Adds a layer around the handlers that were added before, but not around the fallback. It
    /// runs before the caller is authenticated.
    ///
    /// # Panics
    ///
    /// Panics, as in axum, if there are no handlers.
    #[track_caller]
    pub fn route_layer<L>(self, layer: L) -> Self
    where
        L: Layer<AxumRoute> + Clone + Send + Sync + 'static,
        L::Service: Service<Request, Error = Infallible> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request>>::Response: IntoResponse + 'static,
        <L::Service as Service<Request>>::Future: Send + 'static,
    {
        Self { inner: self.inner.route_layer(layer), ..self }
    }

    /// Sets the state and returns a [`MethodRouter`] for a router that has another state.
    ///
    /// # Panics
    ///
    /// Panics if a handler accepts only schemes that its gate does not have.
    pub fn with_state<S2: Clone + Send + Sync + 'static>(self, state: S) -> MethodRouter<S2> {
        self.checks.run(&state);
        let routes = self.routes.into_iter().map(|route| route.with_state(&state)).collect();
        MethodRouter { inner: self.inner.with_state(state), routes, checks: Checks::new() }
    }

    /// Returns axum's method router, the entries of the table, and the checks that need the state.
    pub(super) fn at(
        self,
        path: &str,
    ) -> (axum::routing::MethodRouter<S>, impl Iterator<Item = Entry> + use<'_, S>, Checks<S>) {
        let routes = self.routes.into_iter().map(move |route| route.at(path.to_owned()));
        (self.inner, routes, self.checks)
    }
}

/// Returns the names of the methods in a filter.
fn names(methods: MethodFilter) -> impl Iterator<Item = &'static str> {
    let known = [
        ("CONNECT", MethodFilter::CONNECT),
        ("DELETE", MethodFilter::DELETE),
        ("GET", MethodFilter::GET),
        ("HEAD", MethodFilter::HEAD),
        ("OPTIONS", MethodFilter::OPTIONS),
        ("PATCH", MethodFilter::PATCH),
        ("POST", MethodFilter::POST),
        ("PUT", MethodFilter::PUT),
        ("TRACE", MethodFilter::TRACE),
    ];
    known.into_iter().filter(move |(_, method)| methods.or(*method) == methods).map(|(name, _)| name)
}
