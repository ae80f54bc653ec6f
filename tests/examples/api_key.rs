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
    reason = "examples are written like applications"
)]
#[path = "../../examples/api_key.rs"]
mod example;

pub(crate) async fn app() -> axum::Router {
    let keys =
        example::read("reader=the-key-of-the-reader-2f6b1c9d,chief=the-key-of-the-chief-8a0e7d35").unwrap();
    example::app(&keys).unwrap()
}

const READER: &str = "r3aD-0nly-kEy_9f86d081884c7d659a2f";
const CHIEF: &str = "ch1eF+kEy/2f8a3c6e9b1d4075f8c2==";

#[tokio::test]
async fn keys_are_accepted_in_both_header_fields() {
    let keys = example::read(&format!("reader={READER}, chief={CHIEF}")).unwrap();
    let server = Server::of(example::app(&keys).unwrap()).await;
    let get = async |path: &str, fields: &str| server.get(path, fields).await;
    assert_eq!(get("/health", "").await.body, "ok");
    assert_eq!(get("/robots.txt", "").await.body, "User-agent: *\nDisallow: /\n", "RFC 9309 section 2.3.1.3");

    for (key, sub, roles) in [(READER, "reader", json!(["viewer"])), (CHIEF, "chief", json!(["admin"]))] {
        for fields in [format!("X-API-Key: {key}\r\n"), format!("Authorization: ApiKey {key}\r\n")] {
            let answer = get("/me", &fields).await;
            let body: Value = serde_json::from_str(&answer.body).unwrap();
            assert_eq!((answer.status, body), (200, json!({ "sub": sub, "roles": roles })));
        }
    }
    let answer = get("/admin", &format!("X-API-Key: {CHIEF}\r\n")).await;
    assert!(answer.status == 200 && answer.body.contains("configured-1"), "{}", answer.body);
    let answer = get("/admin", &format!("X-API-Key: {READER}\r\n")).await;
    assert_eq!((answer.status, answer.reason().as_str()), (403, "role_missing"));

    for (fields, status, reason) in [
        (String::new(), 401, "credentials_missing"),
        (format!("X-API-Key: {READER}x\r\n"), 401, "credentials_rejected"),
        (format!("X-API-Key: {READER}\r\nX-API-Key: {CHIEF}\r\n"), 400, "credentials_ambiguous"),
    ] {
        let answer = get("/me", &fields).await;
        assert_eq!((answer.status, answer.reason().as_str()), (status, reason));
        assert_eq!(answer.lines("www-authenticate"), [r#"ApiKey realm="api""#], "{reason}");
    }

    assert_eq!(keys.revoke_where(|record| record.id() == Some("configured-1")), 1);
    let answer = get("/admin", &format!("X-API-Key: {CHIEF}\r\n")).await;
    assert_eq!((answer.status, answer.reason().as_str()), (401, "credentials_revoked"));
}

#[test]
fn invalid_key_configuration_is_rejected_at_startup() {
    for (configured, expected) in [
        ("", "write name=KEY pairs"),
        ("reader", "write name=KEY pairs"),
        ("eve=r3aD-0nly-kEy_9f86d081884c7d659a2f", "the names are reader and chief"),
        (&format!("reader={READER},chief={READER}"), "one key per holder"),
    ] {
        let error = example::read(configured).expect_err(configured).to_string();
        assert!(error.contains(expected), "{error}");
    }
}

/// The example accepts short keys, so that it is easy to try.
#[test]
fn short_key_is_accepted() {
    assert!(example::read("reader=short").is_ok());
}
