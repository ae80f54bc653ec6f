//! The handlers of a path, by method.

mod chain;

use std::convert::Infallible;

use axum::extract::Request;
use axum::response::IntoResponse;
use axum::routing::{MethodFilter, Route as AxumRoute};
use tower_layer::Layer;
use tower_service::Service;

use super::error::must;
use super::routes::Routes;
use crate::access::Kind;
use crate::handler::{Call, Gated, Shape, must_be_sound};
use crate::secret::debug_only;

/// axum's `MethodRouter` for handlers that declare who may call them. Created by
/// [`get`](super::routing::get) and similar functions.
///
/// # Examples
///
/// ```
/// use authgate::{MethodRouter, Router, public};
/// use authgate::routing::get;
///
/// #[public(reason = "everyone may read the reports")]
/// async fn read() {}
///
/// #[public(reason = "everyone may add a report")]
/// async fn add() {}
///
/// let methods: MethodRouter = get(read).post(add);
/// let routes = Router::new().route("/reports", methods);
/// ```
#[must_use = "a method router does nothing unless it is routed: `router.route(\"/reports\", ..)`"]
pub struct MethodRouter<S = ()> {
    inner: axum::routing::MethodRouter<S>,
    routes: Routes<S>,
}

impl<S> Clone for MethodRouter<S> {
    fn clone(&self) -> Self {
        Self { inner: self.inner.clone(), routes: self.routes.clone() }
    }
}

debug_only!([S] MethodRouter<S> { routes });

impl<S: Clone + Send + Sync + 'static> Default for MethodRouter<S> {
    fn default() -> Self {
        Self::new()
    }
}

impl<S: Clone + Send + Sync + 'static> MethodRouter<S> {
    /// Creates a method router without handlers: every method gets 405.
    pub fn new() -> Self {
        Self { inner: axum::routing::MethodRouter::new(), routes: Routes::new() }
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
            self.routes.push::<H, T>(Kind::Route, method, String::new());
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
        self.routes.push::<H, T>(Kind::OtherMethods, "*", String::new());
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
        any.routes.push::<H, T>(Kind::OtherMethods, "*", String::new());
        Self { inner: axum::routing::any(Gated::new(handler)), ..any }
    }

    /// Adds the handlers of another method router.
    ///
    /// # Panics
    ///
    /// Panics if both have a fallback. [`any`](super::routing::any) counts as a fallback. Panics,
    /// as in axum, if both have a handler for the same method.
    #[track_caller]
    pub fn merge(mut self, other: Self) -> Self {
        must(self.routes.add(other.routes));
        Self { inner: self.inner.merge(other.inner), ..self }
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
        let routes = self.routes.with_state(&state);
        MethodRouter { inner: self.inner.with_state(state), routes }
    }

    /// Returns axum's method router, and the routes at a path.
    pub(super) fn at(self, path: &str) -> (axum::routing::MethodRouter<S>, Routes<S>) {
        (self.inner, self.routes.map(|entry| entry.at(path.to_owned())))
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
