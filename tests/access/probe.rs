//! The probe: a router that is as its lock says, and routers that are not.

use authgate::testing::{Report, TestGate, probe};
use authgate::{Authorized, Router, public, requires, routing::get};
use authgate_tests::app::{App, Ran, Role, Scope, User, role, routes};
use axum::extract::Path;

fn app() -> App {
    App { gate: TestGate::<User>::new().gate(), ran: Ran::default() }
}

/// Probes a router by a lock that says this.
async fn probed(router: Router<App>, lock: &str) -> Report {
    let file = std::env::temp_dir().join(format!("authgate-{}-{:x}.lock", std::process::id(), hash(lock)));
    std::fs::write(&file, lock).unwrap();
    let report = probe(router, app(), &file).await;
    std::fs::remove_file(&file).unwrap();
    report
}

fn hash(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    (text, std::thread::current().id()).hash(&mut hasher);
    hasher.finish()
}

#[tokio::test]
async fn a_router_is_as_its_own_lock_says() {
    let report = probed(routes(), &routes().access().lock().to_string()).await;
    println!("{report}");
    report.assert_clean();
    assert_eq!(report.routes(), 6);
}
