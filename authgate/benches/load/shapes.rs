//! The cost of one token of any content, compared with a valid token of the same length, 60 KB.
//! Headers have the maximum length, 8 KiB.

use std::hint::black_box;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request, header};
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt as _;

use crate::json::{VALUES, escaped_names, names};
use crate::tokens::{HEADER, ROOM, claims, forged, good, good_and_long, header_with, signed};

/// The number of bytes of JSON that fit into a header.
const HEADER_ROOM: usize = 6000;

/// Requests per round, and rounds. All tokens take turns.
const REQUESTS: usize = 10;
const ROUNDS: usize = 41;

struct Sent {
    name: String,
    line: HeaderValue,
    times: Vec<f64>,
}

impl Sent {
    fn new(name: impl Into<String>, token: &str) -> Self {
        let line = HeaderValue::try_from(format!("Bearer {token}")).expect("ASCII");
        Self { name: name.into(), line, times: Vec::new() }
    }

    fn ask(&self, runtime: &Runtime, router: &Router) -> u16 {
        let request = Request::get("/thing").header(header::AUTHORIZATION, &self.line);
        let request = request.body(Body::empty()).expect("a request");
        runtime.block_on(router.clone().oneshot(request)).expect("routers do not fail").status().as_u16()
    }

    fn median(&mut self) -> f64 {
        self.times.sort_by(f64::total_cmp);
        self.times[self.times.len() / 2]
    }
}

fn all() -> Vec<Sent> {
    let good_claims = claims("admin", "");
    let mut all = vec![Sent::new("good", &good_and_long()), Sent::new("good, short", &good())];
    for (what, value) in VALUES {
        let member = |room| format!("\"x\":{}", value(room));
        all.push(Sent::new(format!("{what}: claims"), &signed(HEADER, &claims("admin", &member(ROOM)))));
        all.push(Sent::new(
            format!("{what}: header, forged"),
            &forged(&header_with(&member(HEADER_ROOM)), &good_claims, 0),
        ));
    }
    for (what, members) in [("names", names as fn(usize) -> String), ("escaped names", escaped_names)] {
        let claims = claims("admin", &members(ROOM));
        all.push(Sent::new(format!("{what}: claims"), &signed(HEADER, &claims)));
        all.push(Sent::new(format!("{what}: claims, forged"), &forged(HEADER, &claims, 0)));
        all.push(Sent::new(
            format!("{what}: header, forged"),
            &forged(&header_with(&members(HEADER_ROOM)), &good_claims, 0),
        ));
    }
    all
}

pub(crate) fn run(faults: &mut Vec<String>) {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let router = crate::app::router();
    let mut all = all();
    for _ in 0..ROUNDS {
        for sent in &mut all {
            let start = Instant::now();
            for _ in 0..REQUESTS {
                black_box(sent.ask(&runtime, &router));
            }
            sent.times.push(start.elapsed().as_secs_f64() * 1e6 / REQUESTS as f64);
        }
    }
    println!("shapes: one token each, in process");
    println!(
        "{:<40} {:>7} {:>7} {:>8} {:>7} {:>12}",
        "token", "bytes", "status", "us", "x good", "allocated x"
    );
    let good = all[0].median();
    for mut sent in all {
        let status = sent.ask(&runtime, &router);
        let counted = allocation_counter::measure(|| {
            black_box(sent.ask(&runtime, &router));
        });
        let median = sent.median();
        println!(
            "{:<40} {:>7} {status:>7} {median:>8.1} {:>7.2} {:>12.2}",
            sent.name,
            sent.line.len(),
            median / good,
            counted.bytes_total as f64 / sent.line.len() as f64
        );
        if !matches!(status, 200 | 401) {
            faults.push(format!("{}: {status}", sent.name));
        }
    }
}
