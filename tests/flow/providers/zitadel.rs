//! ZITADEL: roles are the keys of an object, whose values are the organizations that granted them.

use authgate::right::names_from_keys;

use super::*;

const ROLES: &str = "urn:zitadel:iam:org:project:roles";

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(rename = "urn:zitadel:iam:org:project:roles", deserialize_with = "names_from_keys", default)]
    roles: Roles<Role>,
}

#[requires(role = "admin", principal = User)]
async fn purge(admin: authgate::Authorized<_>) -> String {
    admin.sub.clone()
}

#[tokio::test]
async fn token_of_zitadel() {
    let gate = gate::<User>(bearer("https://inst.zitadel.cloud", "p1"));
    let app = Router::new().route("/purge", get(purge)).with_state(gate);
    ask_as(&app, "GET /purge", "zitadel", json!({})).await.assert_is(200, "1");
    assert_reasons(
        &app,
        "GET /purge",
        "zitadel",
        &[
            (json!({ ROLES: { "viewer": { "2": "org.example" } } }), 403, "role_missing"),
            (json!({ ROLES: { "viewer": { "admin": "admin" } } }), 403, "role_missing"),
            (json!({ ROLES: {} }), 403, "role_missing"),
            (json!({ ROLES: null }), 403, "role_missing"),
            (json!({ ROLES: { "admin": false } }), 401, "credentials_malformed"),
            (json!({ ROLES: ["admin"] }), 401, "credentials_malformed"),
            (json!({ ROLES: "admin" }), 401, "credentials_malformed"),
            (json!({ "aud": "c@q" }), 401, "credentials_wrong_audience"),
        ],
    )
    .await;
}
