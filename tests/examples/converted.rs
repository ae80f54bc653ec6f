//! `examples/plain.rs` and `examples/converted.rs`: the same requests to both.

#[allow(
    clippy::doc_markdown,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/converted.rs"]
pub(crate) mod example;
#[allow(
    clippy::doc_markdown,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/plain.rs"]
mod plain;

use authgate_tests::http::{Read, Server};
use authgate_tests::token::{SECRET, now, token};
use serde_json::json;

const JSON: &str = "Content-Type: application/json\r\n";

/// Both programs, with one ticket of vera.
struct Both {
    plain: Server,
    converted: Server,
}

impl Both {
    async fn serve() -> Self {
        let plain = Server::of(plain::app(SECRET)).await;
        let converted = Server::of(example::app(SECRET).unwrap()).await;
        let both = Self { plain, converted };
        let ticket = r#"{"title":"Printer"}"#;
        let opened = both.same("POST /api/tickets", &format!("{JSON}{}", of("vera", &[])), ticket).await;
        assert_eq!(
            (opened.status, opened.body.as_str()),
            (201, r#"{"id":1,"owner":"vera","title":"Printer"}"#)
        );
        both
    }

    async fn ask(&self, line: &str, fields: &str, body: &str) -> [Read; 2] {
        [self.plain.send(line, fields, body).await, self.converted.send(line, fields, body).await]
    }

    /// Asserts that both respond with the same status and body, and returns the response.
    async fn same(&self, line: &str, fields: &str, body: &str) -> Read {
        let [plain, converted] = self.ask(line, fields, body).await;
        assert_eq!((plain.status, &plain.body), (converted.status, &converted.body), "{line}");
        converted
    }
}

fn of(subject: &str, roles: &[&str]) -> String {
    format!("Authorization: Bearer {}\r\n", token(&json!({ "sub": subject, "roles": roles })))
}

#[tokio::test]
async fn allowed_requests_have_the_same_responses() {
    let both = Both::serve().await;
    let (vera, admin) = (of("vera", &[]), of("ada", &["admin"]));
    let put = |caller: &str| format!("{JSON}{caller}");
    for (line, fields, body, status) in [
        ("GET /", "", "", 200),
        ("GET /health", "", "", 200),
        ("GET /robots.txt", "", "", 200),
        ("GET /health", "Authorization: Bearer garbage\r\n", "", 200),
        ("GET /api/tickets", &vera, "", 200),
        ("GET /api/tickets/1", &vera, "", 200),
        ("GET /api/tickets/1", &admin, "", 200),
        ("PUT /api/tickets/1", &put(&vera), r#"{"title":"Scanner"}"#, 200),
        ("PUT /api/tickets/1", &put(&admin), r#"{"title":"Fax"}"#, 200),
        ("PUT /api/tickets/1", &put(&vera), r#"{"title":" "}"#, 422),
        ("PUT /api/tickets/1", &put(&vera), "{", 400),
        ("DELETE /admin/tickets/x", &admin, "", 400),
        ("POST /api/tickets", &vera, "{}", 415),
        ("GET /api/unknown", &vera, "", 404),
        ("GET /admin/tickets", &admin, "", 200),
        ("GET /admin/export", &admin, "", 200),
        ("DELETE /admin/tickets/9", &admin, "", 404),
        ("DELETE /admin/tickets/1", &admin, "", 204),
        ("DELETE /admin/tickets/1", &admin, "", 404),
        ("PATCH /admin/tickets/1", &admin, "", 405),
    ] {
        assert_eq!(both.same(line, fields, body).await.status, status, "{line}");
    }
}

#[tokio::test]
async fn denials_have_the_same_status_and_gain_a_challenge_and_a_reason() {
    let both = Both::serve().await;
    let expired = format!("Authorization: Bearer {}\r\n", token(&json!({ "exp": now() - 600 })));
    let (vera, other) = (of("vera", &[]), of("eve", &["editor"]));
    for (line, fields, status, reason) in [
        ("GET /api/tickets", "", 401, "credentials_missing"),
        ("GET /api/tickets/x", "", 401, "credentials_missing"),
        ("GET /api/tickets", "Authorization: Bearer garbage\r\n", 401, "credentials_malformed"),
        ("GET /api/tickets", &expired, 401, "credentials_expired"),
        ("GET /admin/tickets", "", 401, "credentials_missing"),
        ("GET /api/tickets/1", &other, 403, "policy_denied"),
        ("GET /admin/tickets", &vera, 403, "role_missing"),
        ("DELETE /admin/tickets/1", &vera, 403, "role_missing"),
    ] {
        let [plain, converted] = both.ask(line, fields, "").await;
        assert_eq!((plain.status, converted.status), (status, status), "{line}");
        assert_eq!(converted.reason(), reason, "{line}");
        let challenge = match (status, reason) {
            (401, "credentials_missing") => Some("Bearer realm=\"desk\""),
            (401, _) => Some("Bearer realm=\"desk\", error=\"invalid_token\""),
            _ => None,
        };
        assert_eq!(plain.lines("www-authenticate").len(), 0, "{line}");
        assert_eq!(converted.lines("www-authenticate").first().copied(), challenge, "{line}");
        assert_eq!(plain.lines("cache-control").len(), 0, "{line}");
        assert_eq!(converted.lines("cache-control"), ["no-store"], "{line}");
        assert_eq!(converted.lines("content-type"), ["application/problem+json"], "{line}");
    }
}

/// The plain program serves it to every caller, because its layers come before the route.
#[tokio::test]
async fn forgotten_route_is_denied() {
    let both = Both::serve().await;
    let [plain, converted] = both.ask("GET /admin/export", "", "").await;
    assert_eq!((plain.status, plain.body.as_str()), (200, "1,vera\n"));
    assert_eq!((converted.status, converted.reason().as_str()), (401, "credentials_missing"));
    let [plain, converted] = both.ask("GET /admin/export", &of("vera", &[]), "").await;
    assert_eq!((plain.status, converted.status), (200, 403));
}

/// A check in the body of a handler runs after the other extractors.
#[tokio::test]
async fn denied_caller_gets_403_before_the_body_is_read() {
    let both = Both::serve().await;
    for (body, plain_status) in [("{", 400), (r#"{"name":1}"#, 422), (r#"{"title":"x"}"#, 403)] {
        let fields = format!("{JSON}{}", of("eve", &[]));
        let [plain, converted] = both.ask("PUT /api/tickets/1", &fields, body).await;
        assert_eq!((plain.status, converted.status), (plain_status, 403), "{body}");
        assert_eq!(converted.reason(), "policy_denied");
    }
}

/// A path that cannot be the key of a resource has no resource.
#[tokio::test]
async fn missing_ticket_is_404_for_authenticated_callers() {
    let both = Both::serve().await;
    for caller in [of("vera", &[]), of("ada", &["admin"])] {
        for (path, plain_status) in [("/api/tickets/9", 404), ("/api/tickets/x", 400)] {
            let [plain, converted] = both.ask(&format!("GET {path}"), &caller, "").await;
            assert_eq!((plain.status, converted.status), (plain_status, 404), "{path}");
            assert_eq!(converted.reason(), "not_found", "{path}");
        }
    }
}
