//! `examples/cedar.rs`: rights that Cedar policies decide.

use authgate_tests::http::{Server, basic};

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
#[path = "../../examples/cedar.rs"]
mod example;

async fn server(policies: &str) -> Server {
    Server::of(example::app(policies).await.unwrap()).await
}

async fn status(server: &Server, user: &str, request: &str) -> u16 {
    server.send(request, &basic(&format!("{user}:{user}-password")), "").await.status
}

#[tokio::test(flavor = "multi_thread")]
async fn policies_decide() {
    let server = server(example::POLICIES).await;
    for (user, request, expected) in [
        ("ada", "GET /documents/1", 200),
        ("ada", "PUT /documents/1", 200),
        ("eve", "GET /documents/1", 404),
        ("eve", "PUT /documents/1", 404),
        ("eve", "GET /documents/2", 200),
        ("eve", "PUT /documents/2", 403),
        ("edgar", "GET /documents/1", 200),
        ("edgar", "PUT /documents/2", 200),
        ("edgar", "PUT /documents/3", 403),
        ("ada", "PUT /documents/3", 403),
        ("ada", "GET /documents/4", 404),
        ("edgar", "POST /documents", 201),
        ("ada", "POST /documents", 403),
    ] {
        assert_eq!(status(&server, user, request).await, expected, "{user}: {request}");
    }
    assert_eq!(server.send("POST /documents", "", "").await.status, 401);
}

/// Cedar skips a policy with an error, also one that forbids.
#[tokio::test(flavor = "multi_thread")]
async fn policy_with_an_error_is_503() {
    let overflow = "permit (principal, action, resource); forbid (principal, action == Action::\"edit\", \
                    resource) when { 9223372036854775807 + 1 > 0 };";
    let server = server(overflow).await;
    assert_eq!(status(&server, "ada", "GET /documents/1").await, 200);
    assert_eq!(status(&server, "ada", "PUT /documents/1").await, 503);
}

#[tokio::test]
async fn policy_that_does_not_fit_the_schema_is_an_error_at_the_start() {
    let error =
        example::app("permit (principal, action, resource) when { resource.onwer == principal };").await;
    assert!(error.unwrap_err().to_string().contains("onwer"));
}
