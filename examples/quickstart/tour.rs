//! Tokens, and a curl command for each possible response.

use std::error::Error;
use std::net::SocketAddr;
use std::time::{SystemTime, UNIX_EPOCH};

use authgate::access::Table;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

pub const ISSUER: &str = "https://issuer.example";
pub const AUDIENCE: &str = "https://api.example";

/// Returns the number of seconds since 1970.
pub fn now() -> Result<u64, Box<dyn Error>> {
    Ok(SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs())
}

/// Signs a token with these claims in addition to the claims of every valid token.
pub fn token(secret: &[u8], claims: &Value) -> Result<String, Box<dyn Error>> {
    let now = now()?;
    let mut all = json!({ "iss": ISSUER, "aud": AUDIENCE, "iat": now, "exp": now + 3600 });
    if let (Some(all), Some(claims)) = (all.as_object_mut(), claims.as_object()) {
        all.extend(claims.clone());
    }
    Ok(encode(&Header::new(Algorithm::HS256), &all, &EncodingKey::from_secret(secret))?)
}

/// Prints the access table, a token for each role, and the curl commands.
pub fn print(table: &Table, address: SocketAddr, secret: &[u8]) -> Result<(), Box<dyn Error>> {
    let viewer = token(secret, &json!({ "sub": "vera", "roles": ["viewer"] }))?;
    let editor = token(secret, &json!({ "sub": "ed", "roles": ["editor"], "scope": "reports:write" }))?;
    let admin = token(secret, &json!({ "sub": "ada", "roles": ["admin"], "scope": "reports:write" }))?;
    let no_scope = token(secret, &json!({ "sub": "ed", "roles": ["editor"] }))?;
    let expired = token(secret, &json!({ "sub": "vera", "roles": ["viewer"], "exp": 1_000_000_000 }))?;
    let early = token(secret, &json!({ "sub": "vera", "roles": ["viewer"], "nbf": 4_000_000_000_u32 }))?;
    let other_issuer = token(secret, &json!({ "sub": "vera", "iss": "https://other.example" }))?;
    let other_audience = token(secret, &json!({ "sub": "vera", "aud": "https://other.example" }))?;
    let forged = token(b"not the secret that this server trusts", &json!({ "sub": "vera" }))?;

    println!("listening on http://{address}\n\n{table}");
    for (name, token) in [("VIEWER", &viewer), ("EDITOR", &editor), ("ADMIN", &admin)] {
        println!("{name}={token}");
    }

    let curl = |answer: &str, what: &str, arguments: &str, path: &str| {
        println!("\n# {answer}: {what}\ncurl -i{arguments} http://{address}{path}");
    };
    let bearer = |token: &str| format!(" -H 'Authorization: Bearer {token}'");
    curl("200", "every caller may", "", "/health");
    curl("200", "a signed-in user", &bearer(&viewer), "/me");
    curl("200", "a viewer reads", &bearer(&viewer), "/reports/7");
    let put = " -X PUT -H 'Content-Type: application/json' -d '{\"title\": \"Sales\"}'";
    curl("200", "an editor with the scope writes", &format!("{put}{}", bearer(&editor)), "/reports/7");
    curl("204", "an admin deletes", &format!(" -X DELETE{}", bearer(&admin)), "/reports/7");
    curl("200", "an admin lists", &bearer(&admin), "/admin/reports");
    curl("401 credentials_missing", "nothing sent", "", "/me");
    curl("401 credentials_malformed", "no token", &bearer("garbage"), "/me");
    curl("401 credentials_expired", "a token of 2001", &bearer(&expired), "/me");
    curl("401 credentials_not_yet_valid", "a token of 2096", &bearer(&early), "/me");
    curl("401 credentials_rejected", "signed with another key", &bearer(&forged), "/me");
    curl("401 credentials_wrong_issuer", "another issuer's", &bearer(&other_issuer), "/me");
    curl("401 credentials_wrong_audience", "another service's", &bearer(&other_audience), "/me");
    curl("401 credentials_missing", "before the path is looked at", "", "/reports/notanumber");
    let twice = format!("{}{}", bearer(&viewer), bearer(&admin));
    curl("400 credentials_ambiguous", "two credentials", &twice, "/me");
    curl("403 role_missing", "a viewer deletes", &format!(" -X DELETE{}", bearer(&viewer)), "/reports/7");
    curl(
        "403 scope_missing",
        "an editor without the scope",
        &format!("{put}{}", bearer(&no_scope)),
        "/reports/7",
    );
    println!();
    Ok(())
}
