//! Google: ID tokens with one of two issuers, and a rule about the Workspace domain.

use authgate::right::Requirement;
use authgate::{Authorized, Context, Decision};

use super::*;

#[derive(authgate::Principal, Deserialize)]
struct User {
    #[principal(id)]
    sub: String,
    hd: Option<String>,
}

#[derive(authgate::Right)]
#[right(principal = User, kind = "workspace", name = "acme")]
struct Staff;

impl Requirement<User> for Staff {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(user.hd.as_deref() == Some("acme.example"))
    }
}

async fn me(user: Authorized<Staff>) -> String {
    user.sub.clone()
}

#[tokio::test]
async fn token_of_google() {
    let bearer = bearer("https://accounts.google.com", "1234.apps.googleusercontent.com");
    let gate = gate::<User>(bearer.or_issuer("accounts.google.com"));
    let app = Router::new().route("/me", get(me)).with_state(gate);
    for issuer in ["https://accounts.google.com", "accounts.google.com"] {
        ask_as(&app, "GET /me", "google", json!({ "iss": issuer })).await.assert_is(200, "1098");
    }
    assert_reasons(
        &app,
        "GET /me",
        "google",
        &[
            // A consumer account, with an address that looks like one of the domain.
            (json!({ "hd": null, "email": "eve@acme.example" }), 403, "policy_denied"),
            (json!({ "hd": "other.example" }), 403, "policy_denied"),
            (json!({ "hd": ["acme.example"] }), 401, "credentials_malformed"),
            (json!({ "aud": "5678.apps.googleusercontent.com" }), 401, "credentials_wrong_audience"),
            (json!({ "iss": "https://accounts.google.com/" }), 401, "credentials_wrong_issuer"),
        ],
    )
    .await;
}
