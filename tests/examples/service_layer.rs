use std::time::Duration;

use authgate::scheme::Keys;
use authgate_tests::http::Server;
use authgate_tests::token::{SECRET, now, token};
use serde_json::{Value, json};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::exhaustive_enums,
    clippy::exhaustive_structs,
    clippy::missing_errors_doc,
    clippy::must_use_candidate,
    clippy::needless_pass_by_value,
    clippy::large_enum_variant,
    reason = "examples are written like applications"
)]
#[path = "../../examples/service_layer.rs"]
pub(crate) mod example;

pub(crate) fn app() -> axum::Router {
    example::app(Keys::hs256(SECRET).unwrap()).unwrap()
}

fn bearer(sub: &str, role: &str, auth_time: u64) -> String {
    let token = token(&json!({ "sub": sub, "roles": [role], "auth_time": auth_time }));
    format!("Authorization: Bearer {token}\r\n")
}

#[tokio::test]
async fn domain_functions_require_a_proof_in_requests_and_jobs() {
    let server = Server::of(app()).await;
    let send = async |line: &str, fields: &str, body: &Value| {
        let fields = format!("{fields}Content-Type: application/json\r\n");
        server.send(line, &fields, &body.to_string()).await
    };
    let editor = bearer("ed", "editor", now());
    let viewer = bearer("vera", "viewer", now());
    let admin = bearer("ada", "admin", now());
    let stale = bearer("ada", "admin", now() - 400);

    assert_eq!(send("POST /reports", "", &json!({ "title": "Q3" })).await.status, 401);
    assert_eq!(send("POST /reports", &viewer, &json!({ "title": "Q3" })).await.status, 403);
    assert_eq!(send("POST /reports", &editor, &json!({ "title": "Q3" })).await.status, 201);
    let read = async || {
        let answer = send("GET /reports/1", &viewer, &json!(null)).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    assert_eq!(read().await, json!({ "id": 1, "owner": "ed", "title": "Q3", "published": false }));

    // A worker has no request, and is checked in the same way.
    let raw = |fields: &str| fields.trim_start_matches("Authorization: Bearer ").trim_end().to_owned();
    for token in ["garbage".to_owned(), raw(&viewer)] {
        assert_eq!(send("POST /jobs", "", &json!({ "token": token, "publish": 1 })).await.status, 202);
    }
    tokio::time::sleep(Duration::from_millis(50)).await;
    assert_eq!(read().await["published"], false, "a viewer's job");
    assert_eq!(send("POST /jobs", "", &json!({ "token": raw(&editor), "publish": 1 })).await.status, 202);
    while read().await["published"] == false {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }

    let answer = send("PUT /reports/1", &admin, &json!({ "title": "Q4" })).await;
    assert_eq!(
        (answer.status, answer.reason().as_str()),
        (403, "policy_denied"),
        "an admin is not the owner"
    );
    assert_eq!(send("PUT /reports/2", &editor, &json!({ "title": "Q4" })).await.status, 404);
    assert_eq!(send("PUT /reports/1", &editor, &json!({ "title": "Q4" })).await.status, 200);
    assert_eq!(read().await["title"], "Q4");

    let answer = send("DELETE /reports/1", &stale, &json!(null)).await;
    assert_eq!((answer.status, answer.reason().as_str()), (401, "step_up_required"));
    assert_eq!(
        answer.lines("www-authenticate"),
        [r#"Bearer realm="api", error="insufficient_user_authentication", max_age="300""#],
        "RFC 9470 section 3"
    );
    assert_eq!(send("DELETE /reports/1", &editor, &json!(null)).await.status, 403);
    assert_eq!(send("DELETE /reports/1", &admin, &json!(null)).await.status, 204);
    assert_eq!(send("GET /reports/1", &viewer, &json!(null)).await.status, 404);
}
