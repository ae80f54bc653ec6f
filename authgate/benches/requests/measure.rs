//! Time and allocations per request.

use std::hint::black_box;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use http::Request;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::tokens::Case;

/// Requests of one round, and rounds; the rounds of all applications take turns, so that a slow moment of the machine
/// does not fall on one alone.
const REQUESTS: usize = 400;
const ROUNDS: usize = 61;

pub(crate) struct Measured {
    /// Of the median round.
    pub(crate) nanoseconds: f64,
    pub(crate) allocations: u64,
}

pub(crate) fn runtime() -> Runtime {
    Builder::new_current_thread().build().expect("a runtime")
}

fn request(case: &Case) -> Request<Body> {
    let mut request = Request::builder().uri("/thing");
    if let Some(authorization) = &case.authorization {
        request = request.header(http::header::AUTHORIZATION, authorization);
    }
    request.body(Body::empty()).expect("a request")
}

/// Asks, and throws the answers away.
pub(crate) async fn ask(router: &Router, case: &Case, count: usize) {
    for _ in 0..count {
        let response = router.clone().oneshot(request(case)).await.expect("routers do not fail");
        black_box(&response);
    }
}

pub(crate) fn side_by_side(runtime: &Runtime, routers: &[Router], case: &Case) -> Vec<Measured> {
    let requests = u32::try_from(REQUESTS).expect("few");
    let mut rounds = vec![Vec::with_capacity(ROUNDS); routers.len()];
    for round in 0..ROUNDS {
        for (times, router) in rounds.iter_mut().zip(routers) {
            let start = Instant::now();
            runtime.block_on(ask(router, case, REQUESTS));
            // The first is for warming up.
            if round > 0 {
                times.push(start.elapsed().as_secs_f64() * 1e9 / f64::from(requests));
            }
        }
    }
    let allocations = routers.iter().map(|router| {
        let counted = allocation_counter::measure(|| runtime.block_on(ask(router, case, 1)));
        let blank = allocation_counter::measure(|| drop(black_box(request(case))));
        counted.count_total - blank.count_total
    });
    let medians = rounds.iter_mut().map(|times| {
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    });
    medians.zip(allocations).map(|(nanoseconds, allocations)| Measured { nanoseconds, allocations }).collect()
}
