//! `examples/token_exchange.rs`: a token that is forwarded, and one that is exchanged.

use authgate_tests::http::Server;
use serde_json::{Value, json};

#[allow(
    clippy::doc_markdown,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/token_exchange.rs"]
mod example;

#[tokio::test(flavor = "multi_thread")]
async fn forwarded_and_exchanged_tokens_name_the_same_caller() {
    let (app, issuer) = example::app().await.unwrap();
    let service = Server::of(app).await;
    let issuer = Server { address: issuer.strip_prefix("http://").unwrap().parse().unwrap() };
    let token = async |form: &str| {
        let fields = "Content-Type: application/x-www-form-urlencoded\r\n";
        let form = format!("client_id=ada&client_secret=ada-secret&{form}");
        let answer = issuer.send("POST /token", fields, &form).await;
        serde_json::from_str::<Value>(&answer.body).unwrap()
    };
    let issued = token(&format!("grant_type=client_credentials&resource={}", example::SHOP)).await;
    let bearer = format!("Authorization: Bearer {}\r\n", issued["access_token"].as_str().unwrap());
    for (path, expected) in [
        ("/invoices", json!({ "caller": "ada", "actor": null, "client": "ada" })),
        ("/stock", json!({ "caller": "ada", "actor": "orders", "client": "orders" })),
    ] {
        let answer = service.get(path, &bearer).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(serde_json::from_str::<Value>(&answer.body).unwrap(), expected);
        assert_eq!(service.get(path, "").await.status, 401, "{path}");
    }
    // Only a service may exchange tokens.
    let exchange = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&resource=x&subject_token=x";
    assert_eq!(token(exchange).await, json!({ "error": "unauthorized_client" }));
}
