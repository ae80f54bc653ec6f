use authgate_tests::challenge::parse;
use authgate_tests::http::{Server, basic};
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
#[path = "../../examples/basic.rs"]
mod example;

pub(crate) async fn app() -> axum::Router {
    example::app().await.unwrap()
}

#[tokio::test]
async fn users_authenticate_only_with_their_passwords() {
    let server = Server::of(example::app().await.unwrap()).await;
    let reader = basic("reader:wonderland");
    let chief = basic("chief:пароль:42");
    assert!(chief.is_ascii());

    let get = async |path: &str, fields: &str| server.get(path, fields).await;
    assert_eq!(get("/health", "").await.body, "ok");
    assert_eq!(get("/robots.txt", "").await.body, "User-agent: *\nDisallow: /\n", "RFC 9309 section 2.3.1.3");

    for (who, sub, roles) in [(&reader, "reader", json!(["viewer"])), (&chief, "chief", json!(["admin"]))] {
        let answer = get("/me", who).await;
        assert_eq!(answer.status, 200);
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(body, json!({ "sub": sub, "roles": roles }));
    }
    assert_eq!(get("/admin", &chief).await.status, 200);
    let answer = get("/admin", &reader).await;
    assert_eq!((answer.status, answer.reason().as_str()), (403, "role_missing"));

    for (fields, reason) in [
        (String::new(), "credentials_missing"),
        (basic("reader:пароль:42"), "credentials_rejected"),
        (basic("chief:пароль"), "credentials_rejected"),
        (basic("nobody:wonderland"), "credentials_rejected"),
        (basic("reader"), "credentials_malformed"),
    ] {
        for path in ["/me", "/admin"] {
            let answer = get(path, &fields).await;
            assert_eq!((answer.status, answer.reason().as_str()), (401, reason));
            let challenges = parse(answer.lines("www-authenticate")).unwrap();
            assert_eq!(challenges.len(), 1);
            assert_eq!(
                (challenges[0].get("realm"), challenges[0].get("charset")),
                (Some("api"), Some("UTF-8"))
            );
        }
    }
}
