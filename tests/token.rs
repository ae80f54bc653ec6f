//! Tokens, created by another library.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// The `iss` of valid tokens.
pub const ISSUER: &str = "https://issuer.example";
/// The `aud` of valid tokens.
pub const AUDIENCE: &str = "https://api.example";
/// The key of valid tokens.
pub const SECRET: &[u8] = b"a secret of at least 32 bytes, for the tests alone";

/// Returns the number of seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// Returns the claims of a valid token, overridden by these. `null` removes a claim.
#[must_use]
pub fn claims(over: &Value) -> Value {
    let mut claims =
        json!({ "iss": ISSUER, "aud": AUDIENCE, "sub": "vera", "iat": now(), "exp": now() + 300 });
    let all = claims.as_object_mut().expect("an object");
    for (name, value) in over.as_object().expect("an object") {
        if value.is_null() {
            all.remove(name);
        } else {
            all.insert(name.clone(), value.clone());
        }
    }
    claims
}

/// Returns a valid token with these claims overridden.
#[must_use]
pub fn token(over: &Value) -> String {
    token_with(&Header::new(Algorithm::HS256), SECRET, over)
}

/// Returns a token with this header and key.
#[must_use]
pub fn token_with(header: &Header, secret: &[u8], over: &Value) -> String {
    encode(header, &claims(over), &EncodingKey::from_secret(secret)).expect("encodes")
}

/// Returns a token with these roles and the scopes of the test application.
#[must_use]
pub fn token_of(roles: &[&str]) -> String {
    token(&json!({ "roles": roles, "scope": "reports:read reports:write" }))
}
