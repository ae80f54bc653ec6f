//! The time and the memory of a cache of verified tokens:
//! `cargo bench -p authgate --features cache --bench cache`.
//!
//! The benchmark calls the gate without a router. The last column is the same run without a cache.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::print_stdout,
    reason = "a program prints, and stops on an error"
)]

use std::hint::black_box;
use std::sync::Barrier;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use authgate::Gate;
use authgate::credentials::Credentials;
use authgate::scheme::bearer::CacheSize;
use authgate::scheme::{Bearer, Keys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use http::HeaderValue;
use serde::Deserialize;

const SECRET: &[u8] = b"a secret of at least 32 bytes, for the benchmark";
const SIZE: u32 = 64;
const ROUNDS: usize = 21;
const ASKED: u32 = 40_000;

#[derive(Clone, authgate::Principal, Deserialize)]
struct User {
    #[principal(id)]
    sub: String,
}

/// Returns a token of a typical length, about 250 bytes.
fn token(number: usize) -> String {
    let end = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs() + 86_400;
    let claims = format!(
        r#"{{"iss":"https://issuer.example","aud":"https://api.example","sub":"user-{number:08}","exp":{end},"roles":["admin"]}}"#
    );
    let header = URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"JWT"}"#);
    let message = format!("{header}.{}", URL_SAFE_NO_PAD.encode(claims));
    let mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET).expect("any length").chain_update(&message);
    format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
}

fn gate(size: Option<u32>) -> Gate<User> {
    let keys = Keys::hs256(SECRET).expect("long enough");
    let bearer = Bearer::jwt(keys).issuer("https://issuer.example").audience("https://api.example");
    match size {
        Some(size) => Gate::builder().scheme(bearer.cached(CacheSize::mebibytes(size))).build(),
        None => Gate::builder().scheme(bearer).build(),
    }
    .expect("complete")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().build().expect("a runtime")
}

fn field(token: &str) -> HeaderValue {
    format!("Bearer {token}").parse().expect("a field value")
}

async fn ask(gate: &Gate<User>, field: &HeaderValue) {
    black_box(
        gate.unauthenticated(Credentials::authorization(field.clone()))
            .authenticate()
            .await
            .expect("identified"),
    );
}

/// Returns the nanoseconds per request and thread, as the median of all rounds. Each thread uses
/// one of these tokens.
fn of_threads(gate: &Gate<User>, tokens: &[&str]) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round(gate, tokens)).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn round(gate: &Gate<User>, tokens: &[&str]) -> f64 {
    let together = Barrier::new(tokens.len());
    let times: Vec<f64> = std::thread::scope(|scope| {
        let threads = tokens.iter().map(|token| {
            let together = &together;
            scope.spawn(move || {
                let (runtime, field) = (runtime(), field(token));
                runtime.block_on(async {
                    ask(gate, &field).await;
                    together.wait();
                    let start = Instant::now();
                    for _ in 0..ASKED {
                        ask(gate, &field).await;
                    }
                    start.elapsed().as_secs_f64() * 1e9 / f64::from(ASKED)
                })
            })
        });
        let threads: Vec<_> = threads.collect();
        threads.into_iter().map(|thread| thread.join().expect("a time")).collect()
    });
    let threads = u32::try_from(times.len()).expect("few");
    times.iter().sum::<f64>() / f64::from(threads)
}

fn speed() {
    let (cached, plain) = (gate(Some(SIZE)), gate(None));
    let (one, other) = (token(1), token(2));
    println!("{:<34} {:>9} {:>12} {:>10}", "a token that is kept", "ns", "x one thread", "ns without");
    let mut first = None;
    for (what, tokens) in [
        ("one thread", &[&*one][..]),
        ("two threads, one token", &[&*one, &*one]),
        ("two threads, a token each", &[&*one, &*other]),
    ] {
        let (kept, verified) = (of_threads(&cached, tokens), of_threads(&plain, tokens));
        let first = *first.get_or_insert(kept);
        println!("{what:<34} {kept:>9.0} {:>12.2} {verified:>10.0}", kept / first);
    }
    let runtime = runtime();
    for (what, gate) in [("kept", &cached), ("without a cache", &plain)] {
        let field = field(&one);
        runtime.block_on(ask(gate, &field));
        let counted = allocation_counter::measure(|| runtime.block_on(ask(gate, &field)));
        println!("allocations, {what:<21} {:>9}", counted.count_total);
    }
}

/// Returns the resident memory of this process in bytes, or 0 if it is unknown.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) * 1024
}

fn memory(tokens: usize) {
    let runtime = runtime();
    println!(
        "\n{:<34} {:>9} {:>12} {:>10}",
        format!("{tokens} distinct tokens"),
        "MiB",
        "of the size",
        "RSS, + MiB"
    );
    for size in [1, 16, SIZE] {
        let before = resident();
        let mut grown = 0;
        let measured = allocation_counter::measure(|| {
            let gate = gate(Some(size));
            for number in 0..tokens {
                runtime.block_on(ask(&gate, &field(&token(number))));
            }
            grown = resident().saturating_sub(before);
        });
        let mebibyte = f64::from(1 << 20);
        #[expect(clippy::cast_precision_loss, reason = "of less than a terabyte")]
        let (most, grown) = (measured.bytes_max as f64 / mebibyte, grown as f64 / mebibyte);
        println!(
            "{:<34} {most:>9.1} {:>12.2} {grown:>10.1}",
            format!("a cache of {size} MiB"),
            most / f64::from(size)
        );
        assert!(most <= f64::from(size), "the size is a bound");
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [name, times] = arguments.as_slice() {
        let times: usize = times.parse().expect("a number");
        assert_eq!(name, "--count", "arguments: none, or --count REQUESTS");
        let (gate, field) = (gate(Some(1)), field(&token(1)));
        runtime().block_on(async {
            for _ in 0..times {
                ask(&gate, &field).await;
            }
        });
        return;
    }
    speed();
    memory(1_000_000);
}
