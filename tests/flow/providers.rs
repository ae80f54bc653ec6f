//! Tokens with the claims that identity providers issue, signed with a key of the test. Each
//! principal is what an application would write.

mod auth0;
mod clerk;
mod cognito;
mod entra;
mod github_actions;
mod google;
mod keycloak;
mod kubernetes;
mod okta;
mod supabase;
mod unknown_names;
mod zitadel;

use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Gate, Principal, Roles, Router, Scopes, requires, routing::get};
use authgate_tests::ask::{Answer, ask_with};
use authgate_tests::token::{SECRET, now};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Viewer,
    Admin,
}

#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scope {
    #[scope(name = "reports:read")]
    ReadReports,
}

/// Returns the claims of a token of this provider, as issued now, with some of them changed.
fn claims_of(provider: &str, changed: &Value) -> Value {
    let providers: Value = serde_json::from_str(include_str!("../vectors/providers.json")).unwrap();
    let mut claims = providers[provider]["claims"].clone();
    assert!(claims.is_object(), "{provider}");
    for (name, value) in changed.as_object().unwrap() {
        claims[name] = value.clone();
    }
    set_times(&mut claims);
    claims
}

/// Replaces times such as `NOW+300` by numbers.
fn set_times(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Some(offset) = text.strip_prefix("NOW") {
                let offset = if offset.is_empty() { 0 } else { offset.parse::<i64>().unwrap() };
                *value = json!(now().checked_add_signed(offset).unwrap());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(set_times),
        Value::Object(members) => members.values_mut().for_each(set_times),
        _ => {}
    }
}

fn keys() -> Keys {
    Keys::hs256(SECRET).unwrap()
}

fn bearer(issuer: &str, audience: &str) -> Bearer {
    Bearer::jwt(keys()).issuer(issuer).audience(audience).realm("api")
}

fn signed(kid: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn gate<P: Principal + DeserializeOwned>(bearer: Bearer) -> Gate<P> {
    Gate::builder().scheme(bearer).build().unwrap()
}

/// Sends a token of the provider with some claims changed.
async fn ask_as(app: &axum::Router, line: &str, provider: &str, changed: Value) -> Answer {
    ask_with(app, line, &signed(None, &claims_of(provider, &changed))).await
}

/// Asserts that requests with these claims changed are denied with these reasons.
async fn assert_reasons(app: &axum::Router, line: &str, provider: &str, cases: &[(Value, u16, &str)]) {
    for (changed, status, reason) in cases {
        let answer = ask_as(app, line, provider, changed.clone()).await;
        assert_eq!(
            (answer.status.as_u16(), answer.reason().as_str()),
            (*status, *reason),
            "{provider} {changed}"
        );
    }
}
