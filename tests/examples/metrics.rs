//! Metrics of decisions: a limited number of series, and a dashboard whose queries find data.

use std::collections::BTreeSet;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use authgate::scheme::api_key::InMemoryApiKeys;
use authgate_tests::http::Server;
use serde_json::Value;

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::exhaustive_enums,
    clippy::missing_errors_doc,
    clippy::needless_pass_by_value,
    reason = "examples are written like applications"
)]
#[path = "../../examples/metrics.rs"]
mod example;

use example::{Role, add, app, recorder};

struct Service {
    server: Server,
    viewer: String,
    operator: String,
}

impl Service {
    async fn start() -> Self {
        let keys = InMemoryApiKeys::new();
        let [viewer, operator] = [("vera", Role::Viewer), ("otto", Role::Operator)]
            .map(|(name, role)| format!("x-api-key: {}\r\n", add(&keys, name, role).unwrap().text()));
        let server = Server::of(app(keys, recorder().unwrap()).unwrap()).await;
        Self { server, viewer, operator }
    }

    /// Sends one request of each outcome.
    async fn ask(&self, report: usize) {
        let path = format!("/reports/{report}");
        assert_eq!(self.server.get(&path, "").await.status, 401);
        assert_eq!(self.server.get(&path, &format!("x-api-key: {report:040}\r\n")).await.status, 401);
        assert_eq!(self.server.get(&path, &self.viewer).await.status, 200);
        assert_eq!(self.server.send("POST /restart", &self.viewer, "").await.status, 403);
        assert_eq!(self.server.send("POST /restart", &self.operator, "").await.status, 200);
    }

    async fn metrics(&self) -> String {
        self.server.get("/metrics", "").await.body
    }
}

fn series(metrics: &str) -> BTreeSet<&str> {
    let lines = metrics.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
    lines.map(|line| line.rsplit_once(' ').unwrap().0).collect()
}

#[tokio::test]
async fn decisions_are_counted_in_a_limited_number_of_series() {
    let service = Service::start().await;
    service.ask(0).await;
    let metrics = service.metrics().await;
    let before: BTreeSet<String> = series(&metrics).into_iter().map(str::to_owned).collect();
    for expected in [
        r#"authgate_decisions_total{outcome="allowed",reason="",status="",route="/reports/{id}"}"#,
        r#"authgate_decisions_total{outcome="denied",reason="credentials_missing",status="401",route="/reports/{id}"}"#,
        r#"authgate_decisions_total{outcome="denied",reason="credentials_rejected",status="401",route="/reports/{id}"}"#,
        r#"authgate_decisions_total{outcome="denied",reason="role_missing",status="403",route="/restart"}"#,
        r#"authgate_decision_duration_seconds_bucket{outcome="allowed",route="/restart",le="+Inf"}"#,
    ] {
        assert!(before.contains(expected), "{expected}\n{metrics}");
    }
    // Whatever clients send, no series is added.
    for number in 1..500 {
        service.ask(number).await;
        assert_eq!(service.server.get(&format!("/nowhere/{number}"), "").await.status, 404);
    }
    let metrics = service.metrics().await;
    let after: BTreeSet<String> = series(&metrics).into_iter().map(str::to_owned).collect();
    assert_eq!(before, after);
    for secret in ["vera", "otto", "x-api-key", "/reports/1"] {
        assert!(!metrics.contains(secret), "{secret}");
    }
}

fn panels() -> Vec<Value> {
    let dashboard: Value =
        serde_json::from_str(include_str!("../../examples/metrics/dashboard.json")).unwrap();
    dashboard["panels"].as_array().unwrap().clone()
}

/// Returns the queries of a panel, with values for the variables of Grafana.
fn queries(panel: &Value) -> impl Iterator<Item = String> {
    let queries = panel["targets"].as_array().unwrap().iter().map(|target| target["expr"].as_str().unwrap());
    queries.map(|query| query.replace("$__rate_interval", "20s").replace("$route", ".*"))
}

#[test]
fn dashboard_has_unique_panels_without_overlap() {
    let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
    for panel in panels() {
        assert!(ids.insert(panel["id"].as_u64().unwrap()));
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|name| panel["gridPos"][name].as_u64().unwrap());
        assert!(x + w <= 24);
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(cells.insert(cell), "{cell:?}");
        }
    }
}

/// Stacked lines without an area look like lines that are not stacked.
#[test]
fn stacked_series_of_the_dashboard_are_filled() {
    let mut stacked = 0;
    for panel in panels() {
        let style = &panel["fieldConfig"]["defaults"]["custom"];
        if style["stacking"]["mode"] == "normal" {
            assert!(style["fillOpacity"].as_u64() > Some(0), "{}", panel["title"]);
            stacked += 1;
        }
    }
    assert_eq!(stacked, 2);
}

struct Prometheus(Child);

impl Drop for Prometheus {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Returns the result of a query.
fn query(port: u16, query: &str) -> Vec<Value> {
    let mut curl = Command::new("curl");
    curl.args(["-sG", &format!("http://127.0.0.1:{port}/api/v1/query"), "--data-urlencode"]);
    let output = curl.arg(format!("query={query}")).output().unwrap();
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
    assert!(answer["status"] == "success" || answer.is_null(), "{query}: {answer}");
    answer["data"]["result"].as_array().cloned().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "requires Prometheus, which .ci/metrics installs"]
async fn each_query_of_the_dashboard_finds_data() {
    let service = Service::start().await;
    let files = std::env::temp_dir().join(format!("authgate-prometheus-{}", std::process::id()));
    std::fs::create_dir_all(&files).unwrap();
    let target = service.server.address;
    let config = format!(
        "global: {{ scrape_interval: 1s }}\nscrape_configs:\n  - job_name: authgate\n    \
         static_configs: [{{ targets: ['{target}'] }}]\n"
    );
    std::fs::write(files.join("prometheus.yml"), config).unwrap();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut prometheus = Command::new("prometheus");
    prometheus
        .arg(format!("--config.file={}", files.join("prometheus.yml").display()))
        .arg(format!("--storage.tsdb.path={}", files.join("data").display()))
        .arg(format!("--web.listen-address=127.0.0.1:{port}"))
        .stderr(std::fs::File::create(files.join("log")).unwrap());
    let prometheus = Prometheus(prometheus.spawn().unwrap());
    let start = Instant::now();
    let mut report = 0;
    let mut until = async |counted: &str, denies: bool| {
        while query(port, counted).is_empty() {
            assert!(start.elapsed() < Duration::from_secs(60), "Prometheus finds no data");
            if denies {
                service.ask(report).await;
            } else {
                assert_eq!(service.server.get("/reports/1", &service.viewer).await.status, 200);
            }
            report += 1;
            tokio::time::sleep(Duration::from_millis(300)).await;
        }
    };

    // A service that has denied nothing has zeros, and not "No data".
    until(r#"rate(authgate_decisions_total{outcome="allowed"}[20s]) > 0"#, false).await;
    let mut zeros = 0;
    for panel in panels().iter().filter(|panel| panel["type"] == "stat") {
        for expression in queries(panel) {
            let values = values(&query(port, &expression));
            assert_eq!(values.len(), 1, "{expression}");
            zeros += usize::from(values == [0.0]);
        }
    }
    assert_eq!(zeros, 3);

    until(r#"rate(authgate_decisions_total{status="403"}[20s]) > 0"#, true).await;
    let mut asked = 0;
    for panel in panels() {
        for expression in queries(&panel) {
            let title = panel["title"].as_str().unwrap();
            let found = values(&query(port, &expression));
            assert!(found.iter().any(|value| *value > 0.0 || title.contains("5xx")), "{title}: {expression}");
            asked += 1;
        }
    }
    assert!(asked >= 11, "{asked}");
    drop(prometheus);
    std::fs::remove_dir_all(files).unwrap();
}

/// Returns the finite values of the series that a query finds.
fn values(found: &[Value]) -> Vec<f64> {
    let values = found.iter().map(|series| series["value"][1].as_str().unwrap().parse::<f64>().unwrap());
    values.filter(|value| value.is_finite()).collect()
}
