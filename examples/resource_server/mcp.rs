//! An MCP server over streamable HTTP, in plain handlers. MCP clients find the issuer and the
//! scopes in the challenges of these routes.

use authgate::requires;
use axum::Json;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use serde_json::{Value, json};

use super::Scope;

/// The newest version comes first.
const VERSIONS: [&str; 3] = ["2025-11-25", "2025-06-18", "2025-03-26"];

#[requires(scope = "reports:read")]
pub async fn tools(message: Bytes) -> Response {
    answer(&message, &[("list_reports", "Lists the reports.")])
}

#[requires(scope = "reports:read", scope = "reports:write")]
pub async fn admin_tools(message: Bytes) -> Response {
    let tools = [("list_reports", "Lists the reports."), ("add_report", "Adds a report.")];
    answer(&message, &tools)
}

/// Answers a JSON-RPC 2.0 message.
fn answer(message: &[u8], tools: &[(&str, &str)]) -> Response {
    let Ok(message) = serde_json::from_slice::<Value>(message) else {
        return error(StatusCode::BAD_REQUEST, &Value::Null, -32700, "parse error");
    };
    let Some(method) = message["method"].as_str().filter(|_| message["jsonrpc"] == "2.0") else {
        return error(StatusCode::BAD_REQUEST, &Value::Null, -32600, "invalid request");
    };
    let Some(id) = message.get("id") else {
        // A notification.
        return StatusCode::ACCEPTED.into_response();
    };
    let result = match method {
        "initialize" => {
            let offered = message["params"]["protocolVersion"].as_str();
            let version =
                VERSIONS.into_iter().find(|version| offered == Some(version)).unwrap_or(VERSIONS[0]);
            json!({
                "protocolVersion": version,
                "capabilities": { "tools": {} },
                "serverInfo": { "name": "reports", "version": "1.0.0" },
            })
        }
        "ping" => json!({}),
        "tools/list" => {
            let schema = json!({ "type": "object" });
            let tool = |(name, description): &(&str, &str)| json!({ "name": name, "description": description, "inputSchema": schema });
            json!({ "tools": tools.iter().map(tool).collect::<Vec<_>>() })
        }
        _ => return error(StatusCode::OK, id, -32601, "method not found"),
    };
    Json(json!({ "jsonrpc": "2.0", "id": id, "result": result })).into_response()
}

fn error(status: StatusCode, id: &Value, code: i32, text: &str) -> Response {
    let body = json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": text } });
    (status, Json(body)).into_response()
}
