//! Metrics of all decisions, for Prometheus. `examples/metrics` has a dashboard and alerts for
//! them.

use std::sync::OnceLock;

use authgate::gate::AccessEvent;
use metrics::{counter, histogram};
use metrics_exporter_prometheus::{BuildError, Matcher, PrometheusBuilder, PrometheusHandle};

const DECISIONS: &str = "authgate_decisions_total";
const DURATION: &str = "authgate_decision_duration_seconds";

/// The upper limits of the histogram, in seconds.
const LIMITS: [f64; 9] = [0.000_01, 0.000_1, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 2.0];

/// Counts a decision. No label has a value that a client chooses: the pattern of the route and not
/// the path, and no principal.
pub fn count(event: &AccessEvent<'_>) {
    let outcome = if event.is_allowed() { "allowed" } else { "denied" };
    let reason = event.reason().map_or("", |reason| reason.code());
    let status = event.status().map_or_else(String::new, |status| status.as_str().to_owned());
    let route = event.route().unwrap_or_default().to_owned();
    if let Some(duration) = event.duration() {
        histogram!(DURATION, "outcome" => outcome, "route" => route.clone()).record(duration);
    }
    counter!(DECISIONS, "outcome" => outcome, "reason" => reason, "status" => status, "route" => route)
        .increment(1);
}

/// Returns the recorder of the process, which is installed at the first call.
pub fn recorder() -> Result<PrometheusHandle, BuildError> {
    static RECORDER: OnceLock<PrometheusHandle> = OnceLock::new();
    if let Some(handle) = RECORDER.get() {
        return Ok(handle.clone());
    }
    let builder = PrometheusBuilder::new().set_buckets_for_metric(Matcher::Full(DURATION.into()), &LIMITS)?;
    let recorder = builder.build_recorder();
    let handle = recorder.handle();
    // Of two threads that start at once, one installs its recorder, and both return its handle.
    if metrics::set_global_recorder(recorder).is_ok() {
        return Ok(RECORDER.get_or_init(|| handle).clone());
    }
    Ok(RECORDER.wait().clone())
}
