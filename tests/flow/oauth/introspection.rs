//! Tokens that their issuer is asked about (RFC 7662), through the real router.

mod answers;
mod cache;
mod calls;
mod jwts;
mod long_lived;
mod outage;
mod selection;
mod settings;
mod signed;

use authgate::oauth::Introspection;
use authgate::scheme::Issuer;
use authgate_tests::ask::Answer;
use authgate_tests::provider::Provider;
use authgate_tests::token::claims;
use serde_json::{Value, json};

use super::{app, me};

/// An issuer of opaque tokens.
const OLD: &str = "https://old.example";
const ENDPOINT: &str = "https://old.example/introspect";

/// The `Authorization` field with an opaque token.
const OPAQUE: &str = "Bearer 3di9bpkj9PbZ.-_~+/==";

fn introspection() -> Introspection {
    Introspection::at(ENDPOINT).client("api", "hush hush")
}

fn introspected(provider: &Provider) -> Issuer {
    Issuer::introspected(OLD, introspection()).fetched_by(provider.clone())
}

/// The answer for an active token, overridden by these members. `null` removes a member.
fn active(over: &Value) -> Value {
    let mut all = json!({ "active": true, "iss": OLD });
    all.as_object_mut().unwrap().extend(over.as_object().unwrap().clone());
    claims(&all)
}

/// An issuer with metadata, whose endpoint always gives this answer.
fn answering(answer: &Value) -> Provider {
    let provider = Provider::default();
    let metadata =
        json!({ "issuer": OLD, "introspection_endpoint": ENDPOINT, "jwks_uri": "https://old.example/jwks" });
    provider.serve_json("https://old.example/.well-known/oauth-authorization-server", &metadata);
    provider.serve_json(ENDPOINT, answer);
    provider
}

/// Asks a new application about an opaque token with this answer.
async fn answer_to(answer: &Value) -> Answer {
    me(&app(introspected(&answering(answer))), OPAQUE).await
}
