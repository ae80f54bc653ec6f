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

/// Returns the title and the queries of each panel.
fn panels() -> Vec<(String, Vec<String>)> {
    let dashboard: Value =
        serde_json::from_str(include_str!("../../examples/metrics/dashboard.json")).unwrap();
    let panels = dashboard["panels"].as_array().unwrap().iter();
    panels
        .map(|panel| {
            let queries = panel["targets"].as_array().unwrap().iter();
            let queries = queries.map(|target| target["expr"].as_str().unwrap().to_owned());
            (panel["title"].as_str().unwrap().to_owned(), queries.collect())
        })
        .collect()
}

#[test]
fn dashboard_has_unique_panels_without_overlap() {
    let dashboard: Value =
        serde_json::from_str(include_str!("../../examples/metrics/dashboard.json")).unwrap();
    let (mut ids, mut cells) = (BTreeSet::new(), BTreeSet::new());
    for panel in dashboard["panels"].as_array().unwrap() {
        assert!(ids.insert(panel["id"].as_u64().unwrap()));
        let [x, y, w, h] = ["x", "y", "w", "h"].map(|name| panel["gridPos"][name].as_u64().unwrap());
        assert!(x + w <= 24);
        for cell in (x..x + w).flat_map(|x| (y..y + h).map(move |y| (x, y))) {
            assert!(cells.insert(cell), "{cell:?}");
        }
    }
    assert!(panels().iter().all(|(_, queries)| !queries.is_empty()));
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
    let counted = r#"rate(authgate_decisions_total{status="403"}[20s]) > 0"#;
    while query(port, counted).is_empty() {
        assert!(start.elapsed() < Duration::from_secs(60), "Prometheus finds no data");
        service.ask(report).await;
        report += 1;
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let mut queries = 0;
    for (title, of_panel) in panels() {
        for expression in of_panel {
            let expression = expression.replace("$__rate_interval", "20s").replace("$route", ".*");
            let found = query(port, &expression);
            assert!(!found.is_empty(), "{title}: {expression}");
            let values =
                found.iter().map(|series| series["value"][1].as_str().unwrap().parse::<f64>().unwrap());
            let mut values: Vec<_> = values.collect();
            values.retain(|value| value.is_finite() && (*value > 0.0 || title.contains("5xx")));
            assert!(!values.is_empty(), "{title}: {found:?}");
            queries += 1;
        }
    }
    assert!(queries >= 11, "{queries}");
    drop(prometheus);
    std::fs::remove_dir_all(files).unwrap();
}
