//! Auth0: permissions in an array, and roles in a claim with a namespace.

use authgate::Permissions;

use super::*;

#[derive(authgate::Role)]
#[role(permissions = Permission)]
enum Role {
    Viewer,
    Admin,
}

#[derive(authgate::Permission)]
enum Permission {
    #[permission(name = "read:reports")]
    ReadReports,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(rename = "https://example.com/roles", default)]
    roles: Roles<Role>,
    #[principal(permissions)]
    #[serde(default)]
    permissions: Permissions<Permission>,
}

#[requires(permission = "read:reports", principal = User)]
async fn reports(user: authgate::Authorized<_>) -> String {
    user.sub.clone()
}

#[requires(role = "admin", principal = User)]
async fn purge() {}

#[tokio::test]
async fn token_of_auth0() {
    let routes = Router::new().route("/reports", get(reports)).route("/purge", get(purge));
    let app = routes.with_state(gate::<User>(bearer("https://tenant.eu.auth0.com/", "https://api.example")));
    ask_as(&app, "GET /reports", "auth0", json!({})).await.assert_is(200, "auth0|1");
    assert_eq!(ask_as(&app, "GET /purge", "auth0", json!({})).await.status, 200);
    assert_reasons(
        &app,
        "GET /reports",
        "auth0",
        &[
            // A scope that the caller requested is not a permission.
            (json!({ "permissions": [], "scope": "read:reports" }), 403, "permission_missing"),
            (json!({ "permissions": { "read:reports": true } }), 401, "credentials_malformed"),
            (json!({ "aud": "https://tenant.eu.auth0.com/userinfo" }), 401, "credentials_wrong_audience"),
            (json!({ "iss": "https://tenant.eu.auth0.com" }), 401, "credentials_wrong_issuer"),
        ],
    )
    .await;
    let roles = json!({ "https://example.com/roles": ["viewer"], "roles": ["admin"] });
    assert_reasons(&app, "GET /purge", "auth0", &[(roles, 403, "role_missing")]).await;
}
