//! Sends millions of requests of every kind in process, and checks that memory does not grow.

use std::collections::BTreeMap;
use std::process;
use std::time::Instant;

use axum::Router;
use axum::body::Body;
use http::{HeaderValue, Request, header};
use tokio::runtime::Builder;
use tower::ServiceExt as _;

use crate::json;
use crate::options::Options;
use crate::process::{mebibytes, resident};
use crate::tokens::{HEADER, ROOM, claims, forged, header_with, signed, unknown_key};

/// The additional memory allowed at the end, compared with the memory after a tenth of the
/// requests, in KiB.
const SLACK: u64 = 2 * 1024;

/// The number of distinct valid tokens.
const PEOPLE: usize = 1000;

/// Each kind is equally frequent. Large tokens are part of one in this number of rounds.
const LARGE: u64 = 500;

pub(crate) fn run(options: &Options, faults: &mut Vec<String>) {
    let runtime = Builder::new_current_thread().enable_time().build().expect("a runtime");
    let router = crate::app::router();
    let senders = Senders::new();
    println!("mix: {} requests of every kind, in process", options.requests);
    println!("{:>12} {:>9} {:>12}  statuses", "requests", "RSS MiB", "requests/s");
    let mut statuses = BTreeMap::new();
    let mut asked = 0;
    let mut held = Vec::new();
    let start = Instant::now();
    for until in [options.requests / 1000, options.requests / 10, options.requests / 2, options.requests] {
        runtime.block_on(async {
            for number in asked..until {
                let status = ask(&router, senders.request(number)).await;
                *statuses.entry(status).or_insert(0_u64) += 1;
            }
        });
        asked = until;
        let memory = resident(process::id());
        held.push(memory);
        let rate = asked as f64 / start.elapsed().as_secs_f64();
        println!("{asked:>12} {:>9} {rate:>12.0}  {statuses:?}", mebibytes(memory));
    }
    if let [_, tenth, _, end] = held.as_slice()
        && *end > tenth + SLACK
    {
        faults
            .push(format!("mix: {tenth} KiB were held after a tenth of the requests, and {end} at the end"));
    }
    if !statuses.keys().eq(&[200, 400, 401, 403, 404]) {
        faults.push(format!("mix: {statuses:?}"));
    }
}

async fn ask(router: &Router, request: Request<Body>) -> u16 {
    router.clone().oneshot(request).await.expect("routers do not fail").status().as_u16()
}

/// The credentials of all callers.
struct Senders {
    people: Vec<HeaderValue>,
    expired: HeaderValue,
    viewer: HeaderValue,
    large: [HeaderValue; 4],
    claims: String,
}

impl Senders {
    fn new() -> Self {
        let line = |token: &str| line(format!("Bearer {token}"));
        let people = 0..PEOPLE;
        let people =
            people.map(|person| line(&signed(HEADER, &claims("admin", &format!("\"jti\":\"{person}\"")))));
        let expired = r#"{"iss":"x","exp":1}"#;
        let (names, escaped) = (json::names(6000), json::escaped_names(ROOM));
        Self {
            people: people.collect(),
            expired: line(&signed(HEADER, expired)),
            viewer: line(&signed(HEADER, &claims("viewer", ""))),
            large: [
                line(&"a".repeat(1024 * 1024)),
                line(&signed(HEADER, &claims("admin", &escaped))),
                line(&signed(HEADER, &claims("admin", &format!("\"x\":{}", json::nested_arrays(ROOM))))),
                line(&forged(&header_with(&names), &claims("admin", ""), 0)),
            ],
            claims: claims("admin", ""),
        }
    }

    /// Returns the request with this number. Generated credentials are all different.
    fn request(&self, number: u64) -> Request<Body> {
        let kind = number % 10;
        let good = || self.people[usize::try_from(number).unwrap_or_default() / 10 % PEOPLE].clone();
        let made_up = |token: String| line(format!("Bearer {token}"));
        let target = if kind == 9 { "/nowhere" } else { "/thing" };
        let request = Request::get(target);
        let request = match kind {
            0 | 9 => request.header(header::AUTHORIZATION, good()),
            1 => request,
            2 => request.header(header::AUTHORIZATION, made_up(forged(HEADER, &self.claims, number))),
            3 => {
                request.header(header::AUTHORIZATION, made_up(forged(&unknown_key(number), &self.claims, 0)))
            }
            4 => request.header(header::AUTHORIZATION, made_up(format!("{number}.a.b"))),
            5 => request.header(header::AUTHORIZATION, self.expired.clone()),
            6 => request.header(header::AUTHORIZATION, self.viewer.clone()),
            7 => request.header(header::AUTHORIZATION, good()).header(header::AUTHORIZATION, good()),
            _ if (number / 10).is_multiple_of(LARGE) => {
                let large = usize::try_from(number / 10 / LARGE % 4).unwrap_or_default();
                request.header(header::AUTHORIZATION, self.large[large].clone())
            }
            _ => request.header(header::AUTHORIZATION, line(format!("Basic {number}"))).header(
                header::ACCEPT,
                line(format!("text/html;q=0.{}, */*;q=0.{}", number % 9, number % 8)),
            ),
        };
        request.body(Body::empty()).expect("a request")
    }
}

fn line(text: String) -> HeaderValue {
    HeaderValue::try_from(text).expect("what a server lets through")
}
