//! Gates with requirements, and policies.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use authgate::right::{All, Any, ConstStr, Requirement, Waive};
use authgate::routing::{get, post};
use authgate::testing::{TestGate, principal};
use authgate::{
    Authenticated, Authorized, Context, Decision, Gate, Policy, Resource, Roles, Router, requires,
};
use authgate_tests::app::bearer;
use axum::extract::{FromRef, Request};
use axum::middleware::{Next, from_fn};
use http::HeaderValue;

use super::{failures, probe_own_lock, probed, probed_with};

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    Member,
    #[role(implies(Member))]
    Chief,
    Auditor,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[serde(default)]
    active: bool,
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "account", name = "active", reason = "inactive", detail = "Write to support.")]
struct Active;

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(user.active)
    }
}

struct Why;
impl ConstStr for Why {
    const TEXT: &'static str = "who is suspended may pay";
}

async fn me(_: Authenticated<User>) {}
async fn lead(_: Authorized<role::Chief>) {}
async fn pay(_: Authorized<All<(role::Member, Waive<Active, Why>)>>) {}
async fn join(_: Authorized<Waive<role::Member, Why>, User>) {}

fn gate_requiring<R: Requirement<User>>() -> Gate<User> {
    Gate::builder().scheme(bearer()).require::<R>().build().unwrap()
}

#[tokio::test]
async fn sample_principal_must_meet_the_gate_requirement() {
    let router: Router<Gate<User>> = Router::new().route("/me", get(me)).route("/lead", get(lead));
    let lock = router.access().lock().to_string();
    let report = probed_with(router.clone(), gate_requiring::<Active>(), &lock, |probe| {
        probe.principal(principal::<User>("ada").with(|user| user.active = true))
    });
    report.await.assert_clean();
    // A probe without this information reports that the callers are denied.
    let report = probed(router, gate_requiring::<Active>(), &lock).await;
    assert!(!report.failures().is_empty());
}

#[tokio::test]
async fn waived_gate_requirement_is_checked_on_other_routes() {
    let router: Router<Gate<User>> =
        Router::new().route("/me", get(me)).route("/lead", get(lead)).route("/pay", post(pay));
    probe_own_lock(router.clone(), gate_requiring::<Active>()).await.assert_clean();
    // If the gate no longer has the requirement, it admits callers that the lock denies. In this
    // test, only the application knows the requirement.
    let router: Router<Gate<User>> = Router::new().route("/me", get(me)).route("/join", post(join));
    probe_own_lock(router.clone(), gate_requiring::<role::Member>()).await.assert_clean();
    let lock = router.access().lock().to_string();
    let report = probed(router, TestGate::<User>::new().gate(), &lock).await;
    assert!(failures(&report).contains(&("a caller without rights", "403", "admitted")), "{report}");
}

#[tokio::test]
async fn role_required_by_the_gate_is_considered() {
    let router: Router<Gate<User>> = Router::new().route("/me", get(me)).route("/lead", get(lead));
    let lock = router.access().lock().to_string();
    let report = probed_with(router, gate_requiring::<role::Member>(), &lock, |probe| {
        probe.principal(principal::<User>("ada").role(Role::Member))
    });
    report.await.assert_clean();
    // The requirement does not hide mistakes: the probe knows that every caller holds the role.
    let router: Router<Gate<User>> = Router::new().route("/lead", get(me));
    let lock = lock.lines().filter(|line| !line.contains("/me")).collect::<Vec<_>>().join("\n") + "\n";
    let report = probed_with(router, gate_requiring::<role::Member>(), &lock, |probe| {
        probe.principal(principal::<User>("ada").role(Role::Member))
    });
    let report = report.await;
    assert!(failures(&report).contains(&("a caller without rights", "403", "admitted")), "{report}");
}

/// There are nine reports.
struct Report {
    id: u64,
}

#[derive(Clone, FromRef)]
struct State {
    gate: Gate<User>,
    found: Arc<AtomicBool>,
}

impl Resource<State> for Report {
    type Key = u64;
    type Error = std::convert::Infallible;

    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, state: &State) -> Result<Option<Self>, Self::Error> {
        state.found.store(id < 10, Ordering::SeqCst);
        Ok((id < 10).then_some(Self { id }))
    }
}

struct CanRead;
impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(report.id == 1 && user.sub.is_empty())
    }
}

#[requires(policy = CanRead, on = Report)]
async fn read() {}
#[requires(policy = CanRead, on = Report, conceal)]
async fn read_hidden() {}
#[requires(role = "member", policy = CanRead, on = Report, conceal)]
async fn read_as_member() {}

fn report_routes() -> Router<State> {
    Router::new()
        .route("/open/{id}", get(read))
        .route("/hidden/{id}", get(read_hidden))
        .route("/members/{id}", get(read_as_member))
}

fn state() -> State {
    State { gate: TestGate::new().gate(), found: Arc::default() }
}

#[tokio::test]
async fn policy_denial_is_not_a_failure() {
    probe_own_lock(report_routes(), state()).await.assert_clean();
}

#[tokio::test]
async fn missing_resource_is_reported_with_the_path_to_set() {
    let lock = report_routes().access().lock().to_string();
    let report =
        probed_with(report_routes(), state(), &lock, |probe| probe.path("/open/{id}", "/open/77")).await;
    let [(_, expected, got)] = failures(&report)[..] else { panic!("{report}") };
    assert_eq!(expected, "a resource at /open/77: name an existing one, `.path(\"/open/{id}\", ..)`");
    assert_eq!(got, "404 not_found");
}

#[tokio::test]
async fn configured_path_of_an_unknown_route_is_reported() {
    let lock = report_routes().access().lock().to_string();
    let report = probed_with(report_routes(), state(), &lock, |probe| {
        probe.path("/opne/{id}", "/open/2").missing("/open/{key}", "/open/99")
    });
    let report = report.await;
    let told = ["`.path(\"/opne/{id}\", ..)`", "`.missing(\"/open/{key}\", ..)`"];
    assert_eq!(failures(&report).iter().map(|(who, ..)| *who).collect::<Vec<_>>(), told, "{report}");
    assert!(report.to_string().starts_with(told[0]), "{report}");
}

#[tokio::test]
async fn invalid_configured_path_is_reported() {
    let lock = report_routes().access().lock().to_string();
    for path in ["/open/a b", "", "open/1"] {
        let report =
            probed_with(report_routes(), state(), &lock, |probe| probe.path("/open/{id}", path)).await;
        assert!(!report.failures().is_empty(), "{path}: {report}");
        assert!(report.failures().iter().all(|failure| failure.route().contains("/open/{id}")), "{report}");
    }
}

/// The response only differs if the policy denies, which is the last check.
#[tokio::test]
async fn distinguishable_concealed_response_is_reported() {
    let state = state();
    let found = Arc::clone(&state.found);
    let layer = from_fn(move |request: Request, next: Next| {
        let found = Arc::clone(&found);
        async move {
            let mut response = next.run(request).await;
            if found.swap(false, Ordering::SeqCst) {
                response.headers_mut().insert("x-owner", HeaderValue::from_static("ada"));
            }
            response
        }
    });
    let report = probe_own_lock(report_routes().layer(layer), state).await;
    let told = failures(&report);
    assert_eq!(
        told.iter()
            .filter(|(_, expected, _)| expected.starts_with("the same response for concealed"))
            .count(),
        2,
        "{report}"
    );
}

#[tokio::test]
async fn missing_concealment_is_reported() {
    let router = Router::new().route("/hidden/{id}", get(read));
    let lock = report_routes().access().lock().to_string();
    let lock: Vec<_> =
        lock.lines().filter(|line| !line.contains("/open") && !line.contains("/members")).collect();
    let report = probed(router, state(), &(lock.join("\n") + "\n")).await;
    let [(who, expected, got), ..] = failures(&report)[..] else { panic!("{report}") };
    assert_eq!(
        (who, expected, got),
        ("a caller without rights", "admitted, or denied by a policy", "403 policy_denied")
    );
}

#[tokio::test]
async fn missing_policy_is_reported_for_callers_that_the_lock_denies() {
    async fn member(_: Authorized<Any<(role::Auditor, role::Member)>>) {}
    let router: Router<State> = Router::new().route("/members/{id}", get(member));
    let lock = report_routes().access().lock().to_string();
    let lock: Vec<_> =
        lock.lines().filter(|line| !line.contains("/open") && !line.contains("/hidden")).collect();
    let report = probed(router, state(), &(lock.join("\n") + "\n")).await;
    // The lock leaves members to the policy, which can admit them. It denies other callers.
    assert!(failures(&report).contains(&("role auditor", "404", "admitted")), "{report}");
}
