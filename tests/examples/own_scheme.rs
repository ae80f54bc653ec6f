use authgate_tests::http::Server;
use serde_json::{Value, json};

#[allow(
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    clippy::print_stdout,
    clippy::exhaustive_enums,
    clippy::missing_errors_doc,
    reason = "examples are written like applications"
)]
#[path = "../../examples/own_scheme.rs"]
mod example;

pub(crate) async fn app() -> axum::Router {
    example::app(example::database().await.unwrap()).unwrap()
}

#[tokio::test]
async fn tokens_of_the_database_authenticate_and_its_failure_is_503() {
    let db = example::database().await.unwrap();
    let server = Server::of(example::app(db.clone()).unwrap()).await;
    let get = async |path: &str, fields: &str| server.get(path, fields).await;
    assert_eq!(get("/health", "").await.body, "ok");
    assert_eq!(get("/robots.txt", "").await.body, "User-agent: *\nDisallow: /\n", "RFC 9309 section 2.3.1.3");

    let reader = example::issue(&db, "reader", "viewer").await.unwrap();
    let chief = example::issue(&db, "chief", "admin").await.unwrap();
    let odd = example::issue(&db, "odd", "no role that there is").await.unwrap();
    let [reader, chief, odd] =
        [reader, chief, odd].map(|token| format!("Authorization: Token {}\r\n", token.text()));
    for (fields, sub, roles) in [
        (&reader, "reader", json!(["viewer"])),
        (&chief, "chief", json!(["admin"])),
        (&odd, "odd", json!([])),
    ] {
        let answer = get("/me", fields).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!((answer.status, body), (200, json!({ "sub": sub, "roles": roles })));
    }
    assert_eq!(get("/admin", &chief).await.status, 200);
    let answer = get("/admin", &reader).await;
    assert_eq!((answer.status, answer.reason().as_str()), (403, "role_missing"));

    sqlx::query("UPDATE tokens SET revoked = 1 WHERE user = 'odd'").execute(&db).await.unwrap();
    for (fields, reason) in [
        ("", "credentials_missing"),
        ("Authorization: Token\r\n", "credentials_malformed"),
        ("Authorization: Token short\r\n", "credentials_malformed"),
        (&format!("Authorization: Token {}\r\n", "a".repeat(201)), "credentials_malformed"),
        ("Authorization: Token ' OR 1=1; DROP TABLE tokens; --\r\n", "credentials_rejected"),
        (&odd, "credentials_revoked"),
    ] {
        let answer = get("/me", fields).await;
        assert_eq!((answer.status, answer.reason().as_str()), (401, reason));
        assert_eq!(answer.lines("www-authenticate"), [r#"Token realm="api""#], "{reason}");
    }
    assert_eq!(get("/me", &reader).await.status, 200);

    db.close().await;
    for fields in [&reader, &odd] {
        let answer = get("/me", fields).await;
        assert_eq!((answer.status, answer.reason().as_str()), (503, "undecided"));
        assert_eq!(answer.lines("retry-after").len(), 1);
        assert!(answer.lines("www-authenticate").is_empty());
    }
    assert_eq!(
        get("/me", "").await.reason(),
        "credentials_missing",
        "without a token nobody asks the database"
    );
}
