//! Tokens, made by a library that is not authgate's.

use std::time::{SystemTime, UNIX_EPOCH};

use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Value, json};

/// The `iss` of good tokens.
pub const ISSUER: &str = "https://issuer.example";
/// The `aud` of good tokens.
pub const AUDIENCE: &str = "https://api.example";
/// The key of good tokens.
pub const SECRET: &[u8] = b"a secret of at least 32 bytes, for the tests alone";

/// Seconds since 1970.
#[must_use]
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_secs()
}

/// The claims of a good token, with these over them; `null` takes a claim away.
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

/// A good token with these claims over the usual ones.
#[must_use]
pub fn token(over: &Value) -> String {
    token_with(&Header::new(Algorithm::HS256), SECRET, over)
}

/// A token with this header and key.
#[must_use]
pub fn token_with(header: &Header, secret: &[u8], over: &Value) -> String {
    encode(header, &claims(over), &EncodingKey::from_secret(secret)).expect("encodes")
}

/// A token of somebody with these roles, and the scopes of the test application.
#[must_use]
pub fn token_of(roles: &[&str]) -> String {
    token(&json!({ "roles": roles, "scope": "reports:read reports:write" }))
}
