//! What one request costs: the bytes that are allocated for it, which do not depend on how fast the machine is.
//!
//! What is freed again counts, so that the sum bounds what is held at once, too, and how often something large is copied.

use authgate_tests::ask::{Answer, send};
use axum::Router;
use axum::body::Body;
use axum::routing::any;
use http::{HeaderName, HeaderValue, Request};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

/// A request that can be sent again and again. Its values are shared, so that a copy costs next to nothing.
#[derive(Clone)]
pub(crate) struct Asked {
    method: &'static str,
    target: String,
    fields: Vec<(HeaderName, HeaderValue)>,
}

/// What was allocated for a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cost {
    /// In all, in bytes, beyond what the same request to a router of axum's without authentication takes.
    pub(crate) bytes: u64,
    /// The most that is held at once, in bytes, the request and the response among it.
    pub(crate) peak: u64,
    /// What is still there when the request is over, in bytes.
    pub(crate) kept: i64,
}

impl Asked {
    pub(crate) fn new(line: &'static str) -> Self {
        let (method, target) = line.split_once(' ').expect("a method and a target");
        Self { method, target: target.to_owned(), fields: Vec::new() }
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl AsRef<[u8]>) -> Self {
        let value = HeaderValue::from_bytes(value.as_ref()).expect("what a server lets through");
        // The first copy allocates what all copies share.
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

    /// All that the client has written, in bytes.
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

    /// The answer.
    pub(crate) fn answer(&self, app: &Router) -> Answer {
        on_this_thread(|runtime| runtime.block_on(send(app, self.request(&self.target))))
    }

    /// What the second of two such requests costs: the first may set up what stays for good.
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

    /// Asks once, and returns what is allocated afterwards that was not before.
    pub(crate) fn kept_by_one(&self, app: &Router) -> i64 {
        let ask = |runtime: &Runtime| drop(runtime.block_on(app.clone().oneshot(self.request(&self.target))));
        on_this_thread(|runtime| allocation_counter::measure(|| ask(runtime)).bytes_current)
    }

    /// The answer, and what is wrong with what it costs: more than `most` bytes, or something that stays behind.
    pub(crate) fn judged(&self, app: &Router, most: u64) -> (Answer, Option<String>) {
        let (answer, cost) = (self.answer(app), self.cost(app));
        let is_bounded = cost.bytes <= most && cost.kept == 0;
        (
            answer,
            (!is_bounded).then(|| format!("{cost:?} for {} bytes, of which {most} may be", self.length())),
        )
    }
}

/// Runs on this thread alone, since allocations are counted by thread.
fn on_this_thread<T>(run: impl FnOnce(&Runtime) -> T) -> T {
    thread_local! {
        static RUNTIME: Runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    }
    RUNTIME.with(run)
}
