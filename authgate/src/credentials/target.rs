//! The target of a request as it was sent. axum removes the prefix in nested routers, but log
//! events and schemes need the complete target.

use std::task::{Context, Poll};

use axum::extract::Request;
use http::request::Parts;
use http::{Extensions, Uri};
use tower_layer::Layer;
use tower_service::Service;

/// The target, stored in the request's extensions. It is stored for nested routers only, because it
/// costs an allocation. axum's `OriginalUri` costs one on every request.
#[derive(Clone)]
struct Target(Uri);

/// Returns the target as it was sent.
pub(crate) fn target(parts: &Parts) -> &Uri {
    parts.extensions.get::<Target>().map_or(&parts.uri, |target| &target.0)
}

/// Stores the target, unless it is already stored.
pub(crate) fn keep_target(uri: &Uri, extensions: &mut Extensions) {
    if extensions.get::<Target>().is_none() {
        extensions.insert(Target(uri.clone()));
    }
}

/// The layer of a nested router. It stores the target, unless an outer router has stored it.
#[derive(Clone)]
pub(crate) struct KeepTarget;

impl<S> Layer<S> for KeepTarget {
    type Service = Keeping<S>;

    fn layer(&self, inner: S) -> Keeping<S> {
        Keeping(inner)
    }
}

#[derive(Clone)]
pub(crate) struct Keeping<S>(S);

impl<S: Service<Request>> Service<Request> for Keeping<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> S::Future {
        let uri = request.uri().clone();
        keep_target(&uri, request.extensions_mut());
        self.0.call(request)
    }
}
