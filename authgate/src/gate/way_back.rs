//! From the handler back to the client: what a scheme has to say on the response.
//!
//! An extractor cannot touch the response. So a layer puts an empty [`WayBack`] into the request, the gate leaves there
//! what the scheme wants set, and the layer sets it. Where no scheme of the process wants anything, there is no layer.

use std::convert::Infallible;
use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
use crate::scheme::OnResponse;

/// Whether a gate of this process has a scheme that answers. It only ever turns true, when a gate is built and so
/// before it can be part of a router's state.
static IN_USE: AtomicBool = AtomicBool::new(false);

pub(super) fn use_it() {
    IN_USE.store(true, Ordering::Relaxed);
}

pub(crate) fn in_use() -> bool {
    IN_USE.load(Ordering::Relaxed)
}

/// What is to be set on the response, left in the request's extensions.
#[derive(Clone, Default)]
pub(crate) struct WayBack {
    set: Arc<Mutex<Left>>,
}

#[derive(Default)]
struct Left {
    /// With the denial that goes out if it panics.
    by_schemes: Vec<(OnResponse, Denial)>,
    /// The fields that the answer depends on, where caches do not know it by themselves.
    depends_on: Option<HeaderValue>,
    /// Those that it depends on besides, which caches take into account if they are told.
    varies_with: Option<HeaderValue>,
}

impl WayBack {
    /// Leaves what a scheme sets on the response, and the denial that goes out if it panics.
    pub(crate) fn leave(&self, set: OnResponse, failed: Denial) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).by_schemes.push((set, failed));
    }

    /// Keeps shared caches from giving the answer to others (`standards.md` rows 25 and 27).
    pub(crate) fn depends_on(&self, fields: HeaderValue) {
        self.set.lock().unwrap_or_else(PoisonError::into_inner).depends_on = Some(fields);
    }

    /// Keeps caches from giving the answer to nobody to somebody (`standards.md` row 27).
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
            if catch_unwind(AssertUnwindSafe(|| set(headers))).is_err() {
                *response = failed.told(None).into_response();
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

/// What a denial says of challenges and caching, which is no scheme's to change; nothing of other responses.
fn of_denial(response: &Response) -> Vec<(HeaderName, Vec<HeaderValue>)> {
    let headers = response.headers();
    let denied = !response.status().is_success()
        && headers.get(CACHE_CONTROL).is_some_and(|value| value == "no-store");
    let own = [CACHE_CONTROL, VARY, WWW_AUTHENTICATE].into_iter().filter(|_| denied);
    own.map(|name| (name.clone(), headers.get_all(name).iter().cloned().collect())).collect()
}

/// Sets on responses what schemes have to say there; see [`Gate::layer`](crate::Gate::layer).
#[derive(Clone, Copy, Debug)]
pub struct GateLayer {
    in_use: bool,
    keeps_target: bool,
}

impl GateLayer {
    /// For a router of ours, which keeps the target itself where others are nested in it.
    pub(crate) const fn new(in_use: bool) -> Self {
        Self { in_use, keeps_target: false }
    }

    /// For a plain router, of which nobody knows what is nested in it.
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
        let way_back = self.layer.in_use.then(WayBack::default);
        if let Some(way_back) = &way_back {
            request.extensions_mut().insert(way_back.clone());
        }
        let response = self.inner.call(request);
        Box::pin(async move {
            let Ok(response) = response.await;
            let mut response = response.into_response();
            if let Some(way_back) = way_back {
                way_back.apply(&mut response);
            }
            Ok(response)
        })
    }
}

impl fmt::Debug for WayBack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WayBack")
    }
}
