//! Okta: the id in `uid`, scopes in an array, and groups as roles.

use super::*;

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign)]
struct User {
    #[principal(id)]
    uid: String,
    #[principal(roles)]
    #[serde(rename = "groups", default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(rename = "scp", default)]
    scopes: Scopes<Scope>,
}

#[requires(role = "admin", scope = "reports:read", principal = User)]
async fn reports(admin: authgate::Authorized<_>) -> String {
    admin.uid.clone()
}

#[tokio::test]
async fn token_of_okta() {
    let gate = gate::<User>(bearer("https://dev.okta.com/oauth2/default", "api://default"));
    let app = Router::new().route("/reports", get(reports)).with_state(gate);
    ask_as(&app, "GET /reports", "okta", json!({})).await.assert_is(200, "00u1");
    assert_reasons(
        &app,
        "GET /reports",
        "okta",
        &[
            (json!({ "groups": ["Everyone"] }), 403, "role_missing"),
            (json!({ "scp": ["openid"] }), 403, "scope_missing"),
            // An access token of a client has no user.
            (json!({ "uid": null }), 401, "credentials_malformed"),
            (json!({ "aud": "https://dev.okta.com" }), 401, "credentials_wrong_audience"),
        ],
    )
    .await;
}
