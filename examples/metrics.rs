//! Exports metrics of all decisions for Prometheus.
//!
//! `cargo run --example metrics`. `AUTHGATE_ADDR` sets the address to listen on, by default
//! `127.0.0.1:3000`. `examples/metrics` has a dashboard for Grafana, and alerts for bursts of 401
//! and 403.

use std::env;
use std::error::Error;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use authgate::gate::AccessEvent;
use authgate::routing::{get, post};
use authgate::scheme::ApiKey;
use authgate::scheme::api_key::{InMemoryApiKeys, KeyRecord, NewKey};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, requires};
use metrics::{counter, describe_counter, describe_histogram, histogram};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Operator,
}

#[derive(Clone, authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

async fn report(user: Authenticated<User>) -> String {
    format!("a report for {}", user.sub)
}

#[requires(role = "operator")]
async fn restart(operator: Authorized<_>) -> String {
    format!("restarted by {}", operator.sub)
}

const DECISIONS: &str = "authgate_decisions_total";
const DURATION: &str = "authgate_decision_duration_seconds";

/// The upper limits of the histogram, in seconds: from a cached token to a slow backend.
const LIMITS: [f64; 12] =
    [0.000_01, 0.000_025, 0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 1.0];

/// Counts a decision.
///
/// Each label has a limited number of values, whatever clients send: the pattern of the route and
/// not the path, the reason, and no principal.
pub fn count(event: &AccessEvent<'_>) {
    let outcome = if event.is_allowed() { "allowed" } else { "denied" };
    let reason = event.reason().map_or("", |reason| reason.code());
    let status = event.status().map_or_else(|| "".into(), |status| status.as_str().to_owned());
    let route = event.route().unwrap_or_default().to_owned();
    if let Some(duration) = event.duration() {
        histogram!(DURATION, "outcome" => outcome, "route" => route.clone()).record(duration);
    }
    counter!(DECISIONS, "outcome" => outcome, "reason" => reason, "status" => status, "route" => route)
        .increment(1);
}

/// Installs the recorder of the process.
pub fn recorder() -> Result<PrometheusHandle, Box<dyn Error>> {
    static RECORDER: Mutex<Option<PrometheusHandle>> = Mutex::new(None);
    let mut recorder = RECORDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(handle) = &*recorder {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.into()), &LIMITS)?;
    let handle = builder.install_recorder()?;
    describe_counter!(DECISIONS, "Decisions of the gate, by outcome, reason, status and route.");
    describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "The time from the start of the authentication to the decision."
    );
    Ok(recorder.insert(handle).clone())
}

pub fn app(keys: InMemoryApiKeys<User>, metrics: PrometheusHandle) -> Result<axum::Router, Box<dyn Error>> {
    let gate = Gate::<User>::builder()
        .scheme(ApiKey::header("x-api-key", keys).realm("api"))
        .observe(count)
        .build()?;
    let scrape = axum::Router::new().route("/", axum::routing::get(move || async move { metrics.render() }));
    let routes = Router::new().route("/reports/{id}", get(report)).route("/restart", post(restart)).ungated(
        "/metrics",
        "only the port of Prometheus reaches this example",
        scrape,
    );
    Ok(routes.with_state(gate))
}

/// Adds a caller and returns the new key.
pub fn add(keys: &InMemoryApiKeys<User>, name: &str, role: Role) -> Result<NewKey, Box<dyn Error>> {
    let key = NewKey::generate("example")?;
    let user = User { sub: name.to_owned(), roles: [role].into_iter().collect() };
    keys.insert(key.digest(), KeyRecord::new(user))?;
    Ok(key)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let address = env::var("AUTHGATE_ADDR").unwrap_or_else(|_| "127.0.0.1:3000".into());
    let listener = tokio::net::TcpListener::bind(&address).await?;
    let keys = InMemoryApiKeys::new();
    let (viewer, operator) = (add(&keys, "viewer", Role::Viewer)?, add(&keys, "operator", Role::Operator)?);
    let metrics = recorder()?;
    let upkeep = metrics.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    let url = format!("http://{}", listener.local_addr()?);
    println!("listening on {url}, without TLS: for a try on this machine alone");
    println!("curl -i {url}/reports/1                                        # 401");
    println!("curl -i -H \"x-api-key: {}\" {url}/reports/1            # 200", viewer.text());
    println!("curl -i -H \"x-api-key: {}\" -X POST {url}/restart      # 403", viewer.text());
    println!("curl -i -H \"x-api-key: {}\" -X POST {url}/restart      # 200", operator.text());
    println!("curl {url}/metrics                                             # the metrics");
    axum::serve(listener, app(keys, metrics)?).await?;
    Ok(())
}
