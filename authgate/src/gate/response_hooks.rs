//! Response headers that schemes set.
//!
//! An extractor cannot access the response. So a layer inserts an empty [`ResponseHooks`] into the
//! request, the gate adds callbacks, and the layer runs them on the response. If no scheme of the
//! process needs it, the layer does nothing.

use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, HeaderName, HeaderValue, VARY, WWW_AUTHENTICATE};
use tower_layer::Layer;
use tower_service::Service;

use crate::credentials::keep_target;
use crate::denial::Denial;
use crate::guard::caught;
use crate::scheme::OnResponse;
use crate::secret::debug_only;

/// `true` if a gate of this process has a scheme that sets response headers. Only ever set to
/// `true`, when a gate is built, and so before the gate can be in the state of a router.
static IN_USE: AtomicBool = AtomicBool::new(false);

pub(super) fn enable() {
    IN_USE.store(true, Ordering::Relaxed);
}

pub(crate) fn in_use() -> bool {
    IN_USE.load(Ordering::Relaxed)
}

/// Changes to the response, stored in the extensions of the request.
#[derive(Clone, Default)]
pub(crate) struct ResponseHooks {
    set: Arc<Mutex<PendingChanges>>,
}

#[derive(Default)]
struct PendingChanges {
    /// Callbacks, each with the denial to send if it panics.
    by_schemes: Vec<(OnResponse, Denial)>,
    /// The `Vary` fields of a response that caches do not protect themselves.
    depends_on: Option<HeaderValue>,
    /// The `Vary` fields of a response that caches handle correctly with `Vary` alone.
    varies_with: Option<HeaderValue>,
}

impl ResponseHooks {
    /// Adds a callback of a scheme, and the denial to send if it panics.
    pub(crate) fn add_callback(&self, set: OnResponse, failed: Denial) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).by_schemes.push((set, failed));
    }

    /// Prevents shared caches from serving the response to other callers (RFC 9111 section 3).
    pub(crate) fn depends_on(&self, fields: HeaderValue) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).depends_on = Some(fields);
    }

    /// Prevents caches from serving a response for anonymous callers to authenticated ones (RFC
    /// 9110 section 12.5.5).
    pub(crate) fn varies_with(&self, fields: HeaderValue) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).varies_with = Some(fields);
    }

    pub(crate) fn apply(&self, response: &mut Response) {
        let left = std::mem::take(&mut *self.set.lock().unwrap_or_else(PoisonError::into_inner));
        let kept = of_denial(response);
        let headers = response.headers_mut();
        if let Some(fields) = left.depends_on {
            headers.entry(CACHE_CONTROL).or_insert(const { HeaderValue::from_static("private") });
            headers.append(VARY, fields);
        } else if let Some(fields) = left.varies_with {
            headers.append(VARY, fields);
        }
        for (set, failed) in left.by_schemes {
            if caught(|| set(headers)).is_none() {
                *response = failed.log(None).into_response();
                return;
            }
        }
        for (name, values) in kept {
            headers.remove(&name);
            for value in values {
                headers.append(&name, value);
            }
        }
    }
}

/// Returns the headers of a denial that schemes must not change. Empty for other responses.
fn of_denial(response: &Response) -> Vec<(HeaderName, Vec<HeaderValue>)> {
    let headers = response.headers();
    let denied = !response.status().is_success()
        && headers.get(CACHE_CONTROL).is_some_and(|value| value == "no-store");
    let own = [CACHE_CONTROL, VARY, WWW_AUTHENTICATE].into_iter().filter(|_| denied);
    own.map(|name| (name.clone(), headers.get_all(name).iter().cloned().collect())).collect()
}

/// A layer that sets the response headers of schemes. Created by
/// [`Gate::layer`](crate::Gate::layer).
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, Gate};
/// use axum::{Router, routing::get};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// async fn me(user: Authenticated<User>) -> String {
///     user.sub.clone()
/// }
///
/// /// A plain router does not check that each handler has a declaration.
/// fn app(gate: Gate<User>) -> Router {
///     Router::new().route("/me", get(me)).layer(gate.layer()).with_state(gate)
/// }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct GateLayer {
    in_use: bool,
    keeps_target: bool,
}

impl GateLayer {
    /// Creates a layer for a [`Router`](crate::Router), which keeps the target of nested requests
    /// itself.
    pub(crate) const fn new(in_use: bool) -> Self {
        Self { in_use, keeps_target: false }
    }

    /// Keeps the target, for a plain router that may contain nested routers.
    pub(crate) const fn keeping_target(self) -> Self {
        Self { keeps_target: self.in_use, ..self }
    }
}

impl<S> Layer<S> for GateLayer {
    type Service = Returning<S>;

    fn layer(&self, inner: S) -> Returning<S> {
        Returning { inner, layer: *self }
    }
}

/// The service of a [`GateLayer`].
#[derive(Clone, Debug)]
pub struct Returning<S> {
    inner: S,
    layer: GateLayer,
}

impl<S> Service<Request> for Returning<S>
where
    S: Service<Request, Error = Infallible>,
    S::Response: IntoResponse,
    S::Future: Send + 'static,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        if self.layer.keeps_target {
            let uri = request.uri().clone();
            keep_target(&uri, request.extensions_mut());
        }
        let response_hooks = self.layer.in_use.then(ResponseHooks::default);
        if let Some(response_hooks) = &response_hooks {
            request.extensions_mut().insert(response_hooks.clone());
        }
        let response = self.inner.call(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            let mut response = response.into_response();
            if let Some(response_hooks) = response_hooks {
                response_hooks.apply(&mut response);
            }
            Ok(response)
        })
    }
}

debug_only!([] ResponseHooks);
