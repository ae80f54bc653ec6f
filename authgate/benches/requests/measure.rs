//! Time and allocations per request.

use std::hint::black_box;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode, header};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::apps::App;
use crate::tokens::Case;

/// The number of rounds. All applications take turns, so that a slow moment of the machine does not
/// affect only one of them. Rounds have a similar duration, so that they are interrupted about
/// equally often.
const ROUNDS: usize = 200;
const SECONDS: f64 = 0.000_4;

/// An application, a request and the expected status.
pub(crate) struct Subject {
    router: Router,
    authorization: Option<String>,
    status: StatusCode,
    /// A preceding request and its expected status.
    before: (Option<String>, StatusCode),
}

pub(crate) struct Measured {
    /// The time of the median round.
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: u64,
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

impl Subject {
    /// Returns `None` if the application does not support the case.
    pub(crate) fn of(app: &App, case: Case) -> Option<Self> {
        let router = (app.router)(case.algorithm)?;
        let of = |case: Case| (case.authorization(&app.form), app.status(case));
        let (authorization, status) = of(case);
        Some(Self { router, authorization, status, before: of(case.before()) })
    }

    fn request(&self) -> Request<Body> {
        Self::with(self.authorization.as_ref())
    }

    fn with(authorization: Option<&String>) -> Request<Body> {
        let mut request = Request::builder().uri("/thing");
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        request.body(Body::empty()).expect("a request")
    }

    /// Sends the preceding request and the request once. This checks their statuses and initializes
    /// lazy values before the measurement.
    ///
    /// # Errors
    ///
    /// Returns a message if a status is unexpected.
    pub(crate) fn check(&self, runtime: &Runtime) -> Result<(), String> {
        let (before, status_before) = &self.before;
        for (request, expected) in
            [(Self::with(before.as_ref()), *status_before), (self.request(), self.status)]
        {
            let asked = self.router.clone().oneshot(request);
            let status = runtime.block_on(asked).expect("routers do not fail").status();
            if status != expected {
                return Err(format!("answers {status} instead of {expected}"));
            }
        }
        Ok(())
    }

    /// Sends requests and discards the responses.
    pub(crate) async fn ask(&self, count: u32) {
        for _ in 0..count {
            let response = self.router.clone().oneshot(self.request()).await.expect("routers do not fail");
            black_box(&response);
        }
    }

    /// Returns the allocations of one request, without those for building the request.
    pub(crate) fn allocations(&self, runtime: &Runtime) -> u64 {
        let counted = allocation_counter::measure(|| runtime.block_on(self.ask(1)));
        let blank = allocation_counter::measure(|| drop(black_box(self.request())));
        counted.count_total - blank.count_total
    }

    /// Returns the seconds per request.
    fn time(&self, runtime: &Runtime, count: u32) -> f64 {
        let start = Instant::now();
        runtime.block_on(self.ask(count));
        start.elapsed().as_secs_f64() / f64::from(count)
    }
}

pub(crate) fn side_by_side(runtime: &Runtime, subjects: &[Subject]) -> Vec<Measured> {
    let warm = subjects.iter().map(|subject| {
        subject.time(runtime, 20);
        subject.time(runtime, 20)
    });
    // As many requests as fit into a round.
    let counts: Vec<u32> =
        warm.map(|seconds| (5..1_000).find(|&n| seconds * f64::from(n) > SECONDS).unwrap_or(1_000)).collect();
    let mut rounds = vec![Vec::with_capacity(ROUNDS); subjects.len()];
    for _ in 0..ROUNDS {
        for ((times, subject), count) in rounds.iter_mut().zip(subjects).zip(&counts) {
            times.push(subject.time(runtime, *count) * 1e9);
        }
    }
    let allocations = subjects.iter().map(|subject| subject.allocations(runtime));
    let medians = rounds.iter_mut().map(|times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    medians.zip(allocations).map(|(nanoseconds, allocations)| Measured { nanoseconds, allocations }).collect()
}
