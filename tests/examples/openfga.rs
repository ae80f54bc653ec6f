//! `examples/openfga.rs`: rights that an `OpenFGA` server decides.

use authgate_tests::http::{Server, basic};
use axum::http::StatusCode;

#[allow(
    clippy::doc_markdown,
    clippy::exhaustive_structs,
    clippy::missing_errors_doc,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/openfga.rs"]
mod example;

async fn server(openfga: &str) -> Server {
    Server::of(example::app(openfga, "demo").await.unwrap()).await
}

async fn status(server: &Server, user: &str, request: &str) -> u16 {
    server.send(request, &basic(&format!("{user}:{user}-password")), "").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn relations_decide() {
    let server = server(&example::server::serve().await.unwrap()).await;
    for (user, request, expected) in [
        ("ada", "GET /documents/1", 200),
        ("ada", "PUT /documents/1", 200),
        ("eve", "GET /documents/1", 200),
        ("eve", "PUT /documents/1", 403),
        ("ada", "GET /documents/2", 404),
        ("ada", "PUT /documents/2", 404),
        ("eve", "PUT /documents/2", 200),
        ("eve", "GET /documents/4", 404),
        ("ada", "POST /documents", 201),
        ("eve", "POST /documents", 403),
    ] {
        assert_eq!(status(&server, user, request).await, expected, "{user}: {request}");
    }
    assert_eq!(server.send("POST /documents", "", "").await.status, 401);
}

/// A server that cannot decide allows no caller.
#[tokio::test(flavor = "multi_thread")]
async fn server_that_fails_is_503() {
    let failing = [
        (StatusCode::INTERNAL_SERVER_ERROR, r#"{"allowed":true}"#),
        (StatusCode::OK, r#"{"allowed":"true"}"#),
        (StatusCode::OK, "<html>"),
    ];
    for (code, body) in failing {
        let openfga = Server::of(axum::Router::new().fallback(move || async move { (code, body) })).await;
        let server = server(&format!("http://{}", openfga.address)).await;
        for request in ["GET /documents/1", "PUT /documents/1", "POST /documents"] {
            assert_eq!(status(&server, "ada", request).await, 503, "{code} {body}: {request}");
        }
    }
    let server = server("http://127.0.0.1:1").await;
    assert_eq!(status(&server, "ada", "POST /documents").await, 503, "nothing listens there");
}
