//! Keycloak: roles of the realm and of a client, and scopes in one string.

use super::*;

const ISSUER: &str = "https://kc.example/realms/main";

authgate::claim_path!(fn realm_roles = "roles");
authgate::claim_path!(fn client_roles = "reports", "roles");

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(rename = "realm_access", deserialize_with = "realm_roles", default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

/// Holds the roles of the realm and those of the client.
#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign)]
#[serde(from = "Claims")]
struct Member {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
    #[serde(rename = "realm_access", deserialize_with = "realm_roles", default)]
    realm: Roles<Role>,
    #[serde(rename = "resource_access", deserialize_with = "client_roles", default)]
    client: Roles<Role>,
}

impl From<Claims> for Member {
    fn from(claims: Claims) -> Self {
        Self { sub: claims.sub, roles: claims.realm.iter().chain(claims.client.iter()).collect() }
    }
}

#[requires(role = "admin", principal = User)]
async fn purge(admin: authgate::Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(all(role = "admin", role = "viewer"), principal = Member)]
async fn both(member: authgate::Authorized<_>) -> String {
    member.sub.clone()
}

#[tokio::test]
async fn token_of_keycloak() {
    let app = Router::new().route("/purge", get(purge)).with_state(gate::<User>(bearer(ISSUER, "account")));
    ask_as(&app, "GET /purge", "keycloak", json!({})).await.assert_is(200, "f0a1");
    let other_client = json!({ "account": { "roles": ["admin"] } });
    assert_reasons(
        &app,
        "GET /purge",
        "keycloak",
        &[
            (json!({ "realm_access": { "roles": ["offline_access"] } }), 403, "role_missing"),
            (json!({ "realm_access": {}, "resource_access": other_client }), 403, "role_missing"),
            (json!({ "realm_access": { "roles": [{ "admin": true }] } }), 401, "credentials_malformed"),
            (json!({ "iss": "https://kc.example/realms/other" }), 401, "credentials_wrong_issuer"),
        ],
    )
    .await;
}

#[tokio::test]
async fn token_of_keycloak_with_roles_of_a_client() {
    let app = Router::new().route("/both", get(both)).with_state(gate::<Member>(bearer(ISSUER, "account")));
    ask_as(&app, "GET /both", "keycloak", json!({})).await.assert_is(200, "f0a1");
    let other_client = json!({ "account": { "roles": ["viewer"] }, "reports": {} });
    assert_reasons(
        &app,
        "GET /both",
        "keycloak",
        &[
            (json!({ "resource_access": other_client }), 403, "role_missing"),
            (json!({ "resource_access": null }), 403, "role_missing"),
            (json!({ "resource_access": { "reports": ["viewer"] } }), 401, "credentials_malformed"),
        ],
    )
    .await;
}
