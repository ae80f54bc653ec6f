//! The probe: routers that match their locks, and routers that do not.

mod correct;
mod cors;
mod large;
mod mistakes;
mod principals;
mod required;
mod rights;

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use authgate::Router;
use authgate::testing::{Probe, Report, TestGate, probe};
use authgate_tests::app::{App, Ran, User, routes};

fn app() -> App {
    App { gate: TestGate::<User>::new().gate(), ran: Ran::default() }
}

/// Writes a lock to a new file.
fn file(lock: &str) -> PathBuf {
    static WRITTEN: AtomicUsize = AtomicUsize::new(0);
    let name = format!("{}-{}.lock", std::process::id(), WRITTEN.fetch_add(1, Ordering::Relaxed));
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&file, lock).unwrap();
    file
}

/// Probes a router against this lock, with a configured probe.
async fn probed_with<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    state: S,
    lock: &str,
    said: impl FnOnce(Probe<S>) -> Probe<S>,
) -> Report {
    let file = file(lock);
    let report = said(probe(router, state, &file)).await;
    std::fs::remove_file(&file).unwrap();
    report
}

async fn probed<S: Clone + Send + Sync + 'static>(router: Router<S>, state: S, lock: &str) -> Report {
    probed_with(router, state, lock, |probe| probe).await
}

/// Probes a router against its own lock.
async fn probe_own_lock<S: Clone + Send + Sync + 'static>(router: Router<S>, state: S) -> Report {
    let lock = router.access().lock().to_string();
    probed(router, state, &lock).await
}

/// Returns the failures as caller, expected result and actual result.
fn failures(report: &Report) -> Vec<(&str, &str, &str)> {
    report.failures().iter().map(|failure| (failure.who(), failure.expected(), failure.got())).collect()
}

#[tokio::test]
async fn router_passes_the_probe_of_its_own_lock() {
    let report = probe_own_lock(routes(), app()).await;
    report.assert_clean();
    assert_eq!(report.routes(), 6);
    assert!(report.requests() > 100, "{report}");
    let text = report.to_string();
    assert!(text.starts_with(&format!("{} requests to 6 routes in ", report.requests())), "{text}");
    assert!(text.contains(": all responses match "), "{text}");
}
