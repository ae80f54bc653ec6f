//! `examples/resource_server.rs` with the issuer in its process.

use authgate::scheme::{Issuer, Keys};
use authgate_tests::dpop;
use authgate_tests::http::{Read, Server};
use authgate_tests::token::{SECRET, now};
use serde_json::{Value, json};

#[allow(
    clippy::doc_markdown,
    clippy::print_stderr,
    clippy::print_stdout,
    dead_code,
    let_underscore_drop,
    missing_debug_implementations,
    missing_docs,
    unreachable_pub,
    reason = "an example"
)]
#[path = "../../examples/resource_server.rs"]
pub(crate) mod example;

use example::{Service, Settings};

/// Returns the parts for the lock, with an issuer that is not fetched.
pub(crate) fn parts() -> example::Parts {
    let issuer = Issuer::with_keys("https://id.example", Keys::hs256(SECRET).unwrap());
    example::parts(&Settings::default(), issuer, "https://api.example/mcp").unwrap()
}

struct Running {
    server: Server,
    issuer: Server,
    resource: String,
}

impl Running {
    async fn start() -> Self {
        let settings = Settings { address: "127.0.0.1:0".into(), ..Settings::default() };
        let Service { listener, app, resource, issuer } = example::start(&settings).await.unwrap();
        let server = Server { address: listener.local_addr().unwrap() };
        tokio::spawn(async move { axum::serve(listener, app).await });
        let issuer = Server { address: issuer.strip_prefix("http://").unwrap().parse().unwrap() };
        Self { server, issuer, resource }
    }

    /// Asks the issuer for a token.
    async fn issue(&self, fields: &str, form: &str) -> (u16, Value) {
        let fields = format!("Content-Type: application/x-www-form-urlencoded\r\n{fields}");
        let form = format!("grant_type=client_credentials&resource={}&{form}", self.resource);
        let answer = self.issuer.send("POST /token", &fields, &form).await;
        (answer.status, serde_json::from_str(&answer.body).unwrap())
    }

    /// Returns a field with a token of a client of the example.
    async fn bearer(&self, client: &str) -> String {
        let (_, answer) = self.issue("", &format!("client_id={client}&client_secret={client}-secret")).await;
        assert_eq!(answer["token_type"], "Bearer");
        format!("Authorization: Bearer {}\r\n", answer["access_token"].as_str().unwrap())
    }

    async fn rpc(&self, fields: &str, path: &str, message: &str) -> Read {
        let fields = format!("{fields}Content-Type: application/json\r\n");
        self.server.send(&format!("POST {path}"), &fields, message).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn scopes_and_logins_decide() {
    let running = Running::start().await;
    assert_eq!(running.server.get("/health", "").await.body, "ok");
    for (client, expected) in
        [("reader", [200, 200, 403, 401]), ("editor", [200, 200, 201, 401]), ("ada", [200, 200, 201, 204])]
    {
        let bearer = running.bearer(client).await;
        let lines = ["GET /me", "GET /reports", "POST /reports", "POST /reports/purge"];
        for (line, expected) in lines.into_iter().zip(expected) {
            let answer = running.server.send(line, &bearer, "").await;
            assert_eq!(answer.status, expected, "{client} {line}: {}", answer.body);
            assert_eq!(running.server.send(line, "", "").await.status, 401, "{line}");
        }
        let me: Value = serde_json::from_str(&running.server.get("/me", &bearer).await.body).unwrap();
        let scopes: &[&str] =
            if client == "reader" { &["reports:read"] } else { &["reports:read", "reports:write"] };
        let issuer = format!("http://{}", running.issuer.address);
        assert_eq!(me, json!({ "sub": client, "client_id": client, "issuer": issuer, "scopes": scopes }));
    }
    assert_eq!(running.server.get("/ready", "").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn mcp_messages_are_answered_as_json_rpc_requires() {
    let running = Running::start().await;
    let bearer = running.bearer("editor").await;
    let tools = |answer: &Read| {
        let answer: Value = serde_json::from_str(&answer.body).unwrap();
        answer["result"]["tools"].as_array().unwrap().len()
    };
    let list = r#"{"jsonrpc":"2.0","id":"a","method":"tools/list"}"#;
    assert_eq!(tools(&running.rpc(&bearer, "/mcp", list).await), 1);
    assert_eq!(tools(&running.rpc(&bearer, "/mcp/admin", list).await), 2);
    for (message, status, expected) in [
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-03-26"}}"#,
            200,
            json!("2025-03-26"),
        ),
        (
            r#"{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"1999-01-01"}}"#,
            200,
            json!("2025-11-25"),
        ),
        (r#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, 200, json!(-32601)),
        ("{", 400, json!(-32700)),
        ("[]", 400, json!(-32600)),
        (r#"{"id":1,"method":"ping"}"#, 400, json!(-32600)),
    ] {
        let answer = running.rpc(&bearer, "/mcp", message).await;
        let body: Value = serde_json::from_str(&answer.body).unwrap();
        let found =
            if body["error"].is_null() { &body["result"]["protocolVersion"] } else { &body["error"]["code"] };
        assert_eq!((answer.status, found), (status, &expected), "{message}");
    }
    let notification = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;
    let answer = running.rpc(&bearer, "/mcp", notification).await;
    assert_eq!((answer.status, answer.body.as_str()), (202, ""));
    assert_eq!(running.server.get("/mcp", &bearer).await.status, 405);
}

#[tokio::test(flavor = "multi_thread")]
async fn bound_token_needs_a_proof_with_a_nonce() {
    let running = Running::start().await;
    let client = dpop::Client::default();
    let url = format!("http://{}/token", running.issuer.address);
    let claims = json!({ "jti": "1", "htm": "POST", "htu": url, "iat": now() });
    let proof = format!("DPoP: {}\r\n", client.proof(&claims));
    let (_, answer) = running.issue(&proof, "client_id=reader&client_secret=reader-secret").await;
    assert_eq!(answer["token_type"], "DPoP");
    let token = answer["access_token"].as_str().unwrap();

    let me = format!("http://{}/me", running.server.address);
    let ask = async |over: Value| {
        let mut claims = client.claims("GET /me", token);
        claims["htu"] = me.clone().into();
        claims.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
        let proof = client.proof(&claims);
        running.server.get("/me", format!("Authorization: DPoP {token}\r\nDPoP: {proof}\r\n")).await
    };
    let denied = ask(json!({})).await;
    assert_eq!((denied.status, denied.reason().as_str()), (401, "proof_nonce_missing"));
    let nonce = denied.lines("dpop-nonce")[0];
    assert_eq!(ask(json!({ "nonce": nonce, "jti": "a" })).await.status, 200);
    assert_eq!(ask(json!({ "nonce": nonce, "jti": "a" })).await.reason(), "proof_invalid");
    let stolen = running.server.get("/me", format!("Authorization: Bearer {token}\r\n")).await;
    assert_eq!(stolen.status, 401);
}

#[tokio::test(flavor = "multi_thread")]
async fn issuer_refuses_what_its_clients_may_not_have() {
    let running = Running::start().await;
    for (fields, form, status, error) in [
        ("", "client_id=reader&client_secret=editor-secret", 401, "invalid_client"),
        ("", "client_id=nobody&client_secret=", 401, "invalid_client"),
        ("", "client_id=reader&client_secret=reader-secret&scope=reports:write", 400, "invalid_scope"),
        ("DPoP: nonsense\r\n", "client_id=reader&client_secret=reader-secret", 400, "invalid_dpop_proof"),
    ] {
        assert_eq!(running.issue(fields, form).await, (status, json!({ "error": error })), "{form}");
    }
}
