//! The cost of one request: the bytes allocated for it, which do not depend on the speed of the
//! machine.
//!
//! Freed memory counts as well. The sum therefore also bounds the peak, and counts each copy of a
//! large value.

use authgate_tests::ask::{Answer, send};
use axum::Router;
use axum::body::Body;
use axum::routing::any;
use http::{HeaderName, HeaderValue, Request};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// A request that can be sent repeatedly. Its values are shared, so that a copy is cheap.
#[derive(Clone)]
pub(crate) struct Asked {
    method: &'static str,
    target: String,
    fields: Vec<(HeaderName, HeaderValue)>,
}

/// The memory allocated for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// The total in bytes, minus the total for the same request to a plain axum router.
    pub(crate) bytes: u64,
    /// The peak in bytes, including the request and the response.
    pub(crate) peak: u64,
    /// The bytes still allocated after the request.
    pub(crate) kept: i64,
}

impl Asked {
    pub(crate) fn new(line: &'static str) -> Self {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        Self { method, target: target.to_owned(), fields: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("what a server lets through");
        // The first clone allocates the shared buffer.
        drop(value.clone());
        self.fields.push((HeaderName::from_static(name), value));
        self
    }

    pub(crate) fn bearer(self, token: &str) -> Self {
        self.with("authorization", format!("Bearer {token}"))
    }

    pub(crate) fn to(mut self, target: impl Into<String>) -> Self {
        self.target = target.into();
        self
    }

    /// Returns the number of bytes that the client sent.
    pub(crate) fn length(&self) -> u64 {
        let fields = self.fields.iter().map(|(name, value)| name.as_str().len() + value.len());
        (self.target.len() + fields.sum::<usize>()) as u64
    }

    fn request(&self, target: &str) -> Request<Body> {
        let mut request = Request::builder().method(self.method).uri(target);
        for (name, value) in &self.fields {
            request = request.header(name, value);
        }
        request.body(Body::empty()).expect("a request")
    }

    /// Returns the response.
    pub(crate) fn answer(&self, app: &Router) -> Answer {
        on_this_thread(|runtime| runtime.block_on(send(app, self.request(&self.target))))
    }

    /// Returns the cost of the second of two requests. The first one may initialize lazy values.
    pub(crate) fn cost(&self, app: &Router) -> Cost {
        let measured = |app: &Router, target: &str| {
            on_this_thread(|runtime| {
                let ask = || drop(runtime.block_on(app.clone().oneshot(self.request(target))));
                ask();
                allocation_counter::measure(ask)
            })
        };
        let plain = Router::new().route("/plain", any(|| async { "ok" }));
        let (all, plain) = (measured(app, &self.target), measured(&plain, "/plain"));
        Cost {
            bytes: all.bytes_total.saturating_sub(plain.bytes_total),
            peak: all.bytes_max,
            kept: all.bytes_current,
        }
    }

    /// Sends one request, and returns the number of bytes still allocated because of it.
    pub(crate) fn retained_bytes(&self, app: &Router) -> i64 {
        let ask = |runtime: &Runtime| drop(runtime.block_on(app.clone().oneshot(self.request(&self.target))));
        on_this_thread(|runtime| allocation_counter::measure(|| ask(runtime)).bytes_current)
    }

    /// Returns the response, and a message if its cost exceeds `most` bytes or if memory stays
    /// allocated.
    pub(crate) fn judged(&self, app: &Router, most: u64) -> (Answer, Option<String>) {
        let (answer, cost) = (self.answer(app), self.cost(app));
        let is_bounded = cost.bytes <= most && cost.kept == 0;
        (
            answer,
            (!is_bounded).then(|| format!("{cost:?} for {} bytes, of which {most} may be", self.length())),
        )
    }
}

/// Runs on the current thread, because allocations are counted per thread.
fn on_this_thread<T>(run: impl FnOnce(&Runtime) -> T) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(run)
}
