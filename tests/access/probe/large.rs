//! A router as large as those of real applications.

use authgate::testing::TestGate;
use authgate::{Authorized, Roles, Router, Scopes, routing::get};

use super::{failures, probe_own_lock, probed};

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    A,
    #[role(implies(A))]
    B,
    #[role(implies(B))]
    C,
    D,
    E,
    F,
}

#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
enum Scope {
    Reading,
    Writing,
}

#[derive(authgate::Principal)]
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

async fn write(_: Authorized<authgate::right::All<(role::B, scope::Writing)>>) {}
async fn other(_: Authorized<role::B>) {}

fn routes() -> Router<authgate::Gate<User>> {
    (0..400).fold(Router::new(), |router, number| router.route(&format!("/{number}/{{id}}"), get(write)))
}

/// Prints the duration with
/// `cargo test --release -p authgate-tests --test access four_hundred -- --nocapture`.
#[tokio::test]
#[expect(clippy::print_stdout, reason = "a measurement for the reader")]
async fn router_with_four_hundred_routes_passes() {
    let report = probe_own_lock(routes(), TestGate::new().gate()).await;
    println!("{report}");
    report.assert_clean();
    assert_eq!(report.routes(), 400);
    assert!(report.requests() >= 400 * 20, "{report}");
}

#[tokio::test]
async fn one_changed_route_of_four_hundred_is_reported() {
    let lock = routes().route("/400/{id}", get(write)).access().lock().to_string();
    let report = probed(routes().route("/400/{id}", get(other)), TestGate::new().gate(), &lock).await;
    assert!(!report.failures().is_empty());
    assert!(report.failures().iter().all(|failure| failure.route().contains("/400/{id}")), "{report}");
    assert!(failures(&report).contains(&("role b, without scope writing", "403", "admitted")), "{report}");
}
