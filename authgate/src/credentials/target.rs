//! The target of a request as it was sent. axum removes the prefix in nested routers, and layers
//! may rewrite it, but log events and schemes need the complete target.

use std::task::{Context, Poll};

use axum::extract::Request;
use http::request::Parts;
use http::uri::Authority;
use http::{Extensions, Uri};
use tower_layer::Layer;
use tower_service::Service;

/// The target of a request as the client has sent it, for a layer that rewrites it.
///
/// Insert it into the request's extensions before the target is rewritten, such as by a layer that
/// removes a trailing slash or a prefix. Nested routers of authgate and of axum need nothing.
///
/// The target affects:
///
/// - [`Digest`](crate::scheme), whose credential names the target that the client has sent (RFC
///   7616 section 3.4.6)
/// - [`RequestCredentials::uri`](super::RequestCredentials::uri) for custom schemes
/// - the target to return to after a login ([`ReturnTo`](super::ReturnTo))
/// - the path in log events
///
/// The path that the router matches is not affected.
///
/// # Security
///
/// Clients cannot set extensions, so only code in this process states the target. Take it from the
/// request line, or from a field that a trusted proxy sets. If a client could choose it, a recorded
/// Digest credential could be used for another target.
///
/// # Examples
///
/// A layer in front of the router, which removes a trailing slash:
///
/// ```
/// use authgate::credentials::OriginalTarget;
/// use axum::extract::Request;
/// use tower::{Service, ServiceBuilder};
///
/// fn without_trailing_slash(mut request: Request) -> Request {
///     let path = request.uri().path().trim_end_matches('/').to_owned();
///     if let Ok(uri) = path.parse() {
///         *request.uri_mut() = uri;
///     }
///     request
/// }
///
/// /// Serve it with `axum::serve(listener, service.into_make_service())` (`axum::ServiceExt`).
/// fn service(app: axum::Router) -> impl Service<Request> {
///     ServiceBuilder::new()
///         .map_request(OriginalTarget::keep)
///         .map_request(without_trailing_slash) // or tower-http's `NormalizePathLayer`
///         .service(app)
/// }
/// ```
///
/// The target that a proxy states:
///
/// ```
/// use authgate::credentials::OriginalTarget;
/// use axum::extract::Request;
///
/// /// The proxy removes the prefix `/api`, and replaces this field.
/// fn with_target_of_the_proxy(mut request: Request) -> Request {
///     let field = request.headers().get("x-original-uri").and_then(|field| field.to_str().ok());
///     if let Some(target) = field.and_then(|field| field.parse().ok()) {
///         request.extensions_mut().insert(OriginalTarget::new(target));
///     }
///     request
/// }
/// ```
#[derive(Clone, Debug)]
// It is stored for nested routers only, because it costs an allocation. axum's `OriginalUri` costs
// one on every request.
pub struct OriginalTarget(Uri);

impl OriginalTarget {
    /// Creates the extension. The target is a path with its query, or an absolute URI.
    #[must_use]
    pub const fn new(target: Uri) -> Self {
        Self(target)
    }

    /// Stores the target of the request in its extensions, unless an outer layer has stored one.
    pub fn keep<B>(mut request: http::Request<B>) -> http::Request<B> {
        let uri = request.uri().clone();
        keep_target(&uri, request.extensions_mut());
        request
    }
}

/// Returns the target as it was sent.
pub(crate) fn target(parts: &Parts) -> &Uri {
    parts.extensions.get::<OriginalTarget>().map_or(&parts.uri, |target| &target.0)
}

/// Returns the authority of the target. An original target may lack it.
pub(crate) fn authority(parts: &Parts) -> Option<&Authority> {
    target(parts).authority().or_else(|| parts.uri.authority())
}

/// Stores the target, unless it is already stored.
pub(crate) fn keep_target(uri: &Uri, extensions: &mut Extensions) {
    if extensions.get::<OriginalTarget>().is_none() {
        extensions.insert(OriginalTarget(uri.clone()));
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
