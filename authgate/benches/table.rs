//! The cost of a router with 2,000 routes: its table and the formats derived from it. Also the time
//! to probe a router with 400 routes.
//!
//! `cargo bench -p authgate --features testing --bench table`
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark"
)]

use std::time::Instant;

use authgate::access::changes::Changes;
use authgate::access::lock::Lock;
use authgate::routing::get;
use authgate::testing::{Report, TestGate, probe};
use authgate::{Authorized, Gate, Roles, Router, Scopes, public, requires};

#[derive(authgate::Role)]
enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor))]
    Admin,
}

#[derive(authgate::Scope)]
enum Scope {
    Read,
    #[scope(implies(Read))]
    Write,
}

#[derive(authgate::Principal)]
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    id: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

#[public(reason = "a benchmark")]
async fn open() {}

#[requires(role = "viewer")]
async fn read() {}

#[requires(any(role = "admin", all(role = "editor", scope = "write")), fresh = "5m")]
async fn write(by: Authorized<_>) -> String {
    by.id.clone()
}

#[requires(role = "admin", not(scope = "read"))]
async fn purge() {}

const PATHS: usize = 500;

fn routes(paths: usize) -> Router<Gate<User>> {
    (0..paths).fold(Router::new(), |router, at| {
        let methods = get(read).put(write).delete(purge).post(open);
        router.route(&format!("/part{}/things/{{id}}/of{at}", at % 20), methods)
    })
}

/// Prints the fastest of five runs and returns its result.
fn timed<T>(what: &str, work: impl Fn() -> T) -> T {
    let runs = (0..5).map(|_| {
        let start = Instant::now();
        let made = work();
        (start.elapsed(), made)
    });
    let (took, made) = runs.min_by_key(|(took, _)| *took).unwrap();
    println!("{what:<40} {:>8.2} ms", took.as_secs_f64() * 1e3);
    made
}

fn main() {
    let router = routes(PATHS);
    let table = timed("table", || router.access());
    assert_eq!(table.routes().len(), 4 * PATHS);
    let lock = timed("lock", || table.lock());
    let text = timed("lock, as text", || lock.to_string());
    timed("lock, read", || Lock::parse(&text).unwrap());
    timed("lock, written over its own text", || lock.rewrite(&text).unwrap());
    timed("diff, of equal locks", || assert_eq!(Changes::between(&lock, &lock).routes().len(), 0));
    let wider = text.replace("DELETE", "PATCH").replace("role:admin & !", "role:editor & !");
    let wider = Lock::parse(&wider).unwrap();
    timed("diff, of 500 gone and 500 new routes", || Changes::between(&lock, &wider));
    let wider = Lock::parse(&text.replace("role:admin &", "role:editor &")).unwrap();
    timed("diff, of 500 other rules", || assert_eq!(Changes::between(&lock, &wider).routes().len(), PATHS));
    let hierarchy = Lock::parse(&text.replace("role editor > viewer", "role editor")).unwrap();
    timed("diff, of another hierarchy", || Changes::between(&lock, &hierarchy));
    let document = timed("document", || table.document());
    let json = timed("document, as JSON", || document.to_json());
    timed("page", || document.to_html());
    println!("{:<40} {:>8} KiB of text, {} KiB of JSON", "size", text.len() / 1024, json.len() / 1024);
    println!("{:<40} {:>8} KiB", "memory, at most", most_memory());
    println!("probe: {}", probed(routes(100)));
}

/// Probes every route with every caller, on one thread.
fn probed(router: Router<Gate<User>>) -> Report {
    let file = std::env::temp_dir().join(format!("authgate-bench-{}.lock", std::process::id()));
    std::fs::write(&file, router.access().lock().to_string()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let gate = TestGate::<User>::new().gate();
    let report = runtime.block_on(async { probe(router, gate, &file).await });
    std::fs::remove_file(&file).unwrap();
    report.assert_clean();
    report
}

/// Returns the peak memory of the process in KiB, or 0 if it is unknown.
fn most_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}
