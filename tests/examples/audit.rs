//! The audit trail: a line for each decision, whatever clients send.

use std::io::Write;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use authgate::scheme::api_key::InMemoryApiKeys;
use authgate_tests::http::Server;
use serde_json::{Value, json};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::exhaustive_enums,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    clippy::needless_pass_by_value,
    clippy::string_slice,
    reason = "examples are written like applications"
)]
#[path = "../../examples/audit.rs"]
mod example;

use example::{AuditTrail, Role, add, app};

/// A file in memory, which can be made to wait.
#[derive(Clone, Default)]
struct File(Arc<Shared>);

#[derive(Default)]
struct Shared {
    content: Mutex<Content>,
    changed: Condvar,
}

#[derive(Default)]
struct Content {
    bytes: Vec<u8>,
    is_stopped: bool,
}

impl File {
    fn stop(&self, stopped: bool) {
        self.0.content.lock().unwrap().is_stopped = stopped;
        self.0.changed.notify_all();
    }

    fn text(&self) -> String {
        String::from_utf8(self.0.content.lock().unwrap().bytes.clone()).unwrap()
    }

    /// Waits until the thread has written this number of lines.
    async fn has(&self, lines: usize) {
        while self.lines().len() < lines {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    fn lines(&self) -> Vec<Value> {
        let text = self.text();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Write for File {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let mut content = self.0.content.lock().unwrap_or_else(PoisonError::into_inner);
        while content.is_stopped {
            content = self.0.changed.wait(content).unwrap();
        }
        content.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_decision_is_one_line_with_caller_rule_and_route() {
    let (file, keys) = (File::default(), InMemoryApiKeys::new());
    let reader = add(&keys, "reader\n{\"outcome\":\"allowed\"}", Role::Viewer).unwrap();
    let chief = add(&keys, "chief", Role::Admin).unwrap();
    let (trail, _writer) = AuditTrail::start(file.clone(), 100);
    let server = Server::of(app(keys, trail).unwrap()).await;
    let post = async |path: &str, key: &str| {
        server.send(&format!("POST {path}"), &format!("x-api-key: {key}\r\n"), "").await
    };
    assert_eq!(server.get("/me", "").await.status, 401);
    let denied = post("/purge/a%0d%0a%1b", reader.text()).await;
    assert_eq!(denied.status, 403);
    assert_eq!(post("/purge/logs", chief.text()).await.status, 200);
    assert_eq!(server.get("/nowhere", "").await.status, 404);
    file.has(3).await;

    let mut lines = file.lines();
    let body: Value = serde_json::from_str(&denied.body).unwrap();
    for line in &mut lines {
        assert!(line["time"].as_f64().is_some_and(|time| time > 1_700_000_000.0));
        assert_eq!(line["scheme"], json!(if line["principal"].is_null() { None } else { Some("ApiKey") }));
        let members = line.as_object_mut().unwrap();
        for name in ["time", "scheme", "peer", "issuer", "actor"] {
            assert!(members.remove(name).is_some(), "{name}");
        }
    }
    assert_eq!(
        lines,
        [
            json!({
                "outcome": "denied", "reason": "credentials_missing", "principal": null, "rule": null,
                "method": "GET", "route": "/me", "path": "/me", "decision": null,
            }),
            json!({
                "outcome": "denied", "reason": "role_missing", "principal": "reader\n{\"outcome\":\"allowed\"}",
                "rule": "role:admin", "method": "POST", "route": "/purge/{table}", "path": "/purge/a%0d%0a%1b",
                "decision": body["decision"],
            }),
            json!({
                "outcome": "allowed", "reason": null, "principal": "chief", "rule": "role:admin",
                "method": "POST", "route": "/purge/{table}", "path": "/purge/logs", "decision": null,
            }),
        ]
    );
    let text = file.text();
    assert!(!text.contains(reader.text()) && !text.contains(chief.text()));
}

/// A disk that does not respond delays no request, and the trail states how much it lost.
#[tokio::test(flavor = "multi_thread")]
async fn slow_disk_delays_no_request_and_losses_are_stated() {
    let (file, keys) = (File::default(), InMemoryApiKeys::new());
    let (trail, _writer) = AuditTrail::start(file.clone(), 4);
    let server = Server::of(app(keys, trail).unwrap()).await;
    file.stop(true);
    for _ in 0..50 {
        assert_eq!(server.get("/me", "").await.status, 401);
    }
    file.stop(false);
    // The queue, and the entry that the thread was writing, if it was.
    file.has(4).await;
    let kept = loop {
        let before = file.lines().len();
        tokio::time::sleep(Duration::from_millis(20)).await;
        if file.lines().len() == before {
            break before;
        }
    };
    assert!((4..=5).contains(&kept), "{kept}");
    assert_eq!(server.get("/me", "").await.status, 401);
    file.has(kept + 1).await;
    // If the thread takes its first entry late, an entry before the last states a part of the loss.
    let lost: u64 = file.lines().iter().filter_map(|line| line["lost_before"].as_u64()).sum();
    assert_eq!((kept as u64 + lost, file.lines().len()), (50, kept + 1));
}
