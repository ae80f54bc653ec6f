//! The curl commands that the example prints, each with the status of its response.

/// Returns the commands that need no token.
pub fn public(url: &str, resource: &str) -> String {
    // RFC 9728 section 3.1: the path of the resource comes last.
    let path = resource.splitn(4, '/').nth(3).filter(|path| !path.is_empty());
    let path = path.map(|path| format!("/{path}")).unwrap_or_default();
    format!(
        "curl -i {url}/ready   # 200
curl -i {url}/.well-known/oauth-protected-resource{path}   # 200
curl -i {url}/me   # 401"
    )
}

/// Returns the commands with tokens of the issuer in this process.
pub fn with_tokens(url: &str, issuer: &str, resource: &str) -> String {
    let token = |client: &str, scope: &str| {
        format!(
            "\nTOKEN=$(curl -s {issuer}/token -d grant_type=client_credentials -d client_id={client} \
             -d client_secret={client}-secret -d 'scope={scope}' -d 'resource={resource}' | \
             sed 's/.*\"access_token\":\"\\([^\"]*\\)\".*/\\1/')"
        )
    };
    let request = |arguments: &str, path: &str, status: u16| {
        format!("curl -i -H \"Authorization: Bearer $TOKEN\" {arguments}{url}{path}   # {status}")
    };
    let call = |method: &str, params: &str, path: &str, status: u16| {
        let message = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
        let accept = "application/json, text/event-stream";
        let fields = format!("-H 'Content-Type: application/json' -H 'Accept: {accept}'");
        request(&format!("{fields} -d '{message}' "), path, status)
    };
    let hello =
        r#"{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"curl","version":"8"}}"#;
    let (read, both) = ("reports:read", "reports:read reports:write");
    [
        token("reader", read),
        request("", "/me", 200),
        request("", "/reports", 200),
        request("-X POST ", "/reports", 403),
        call("initialize", hello, "/mcp", 200),
        call("tools/list", "{}", "/mcp", 200),
        call("tools/list", "{}", "/mcp/admin", 403),
        token("editor", both),
        request("-X POST ", "/reports", 201),
        call("tools/list", "{}", "/mcp/admin", 200),
        request("-X POST ", "/reports/purge", 401),
        token("ada", both),
        request("-X POST ", "/reports/purge", 204),
    ]
    .join("\n")
}
