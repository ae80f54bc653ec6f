//! Microsoft Entra: tokens of versions 1 and 2 have different issuers and the same keys.

use authgate::scheme::Issuer;

use super::*;

const V1: &str = "https://sts.windows.net/11111111-2222-3333-4444-555555555555/";
const V2: &str = "https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0";

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign)]
struct User {
    /// The object id, which is the same in every application of the tenant.
    #[principal(id)]
    oid: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(rename = "scp", default)]
    scopes: Scopes<Scope>,
}

async fn me(user: Authenticated<User>) -> String {
    format!("{} {}", user.oid, user.context().issuer().unwrap())
}

#[requires(role = "admin", scope = "reports:read", principal = User)]
async fn reports(admin: authgate::Authorized<_>) -> String {
    admin.oid.clone()
}

fn app(bearer: Bearer) -> axum::Router {
    Router::new().route("/me", get(me)).route("/reports", get(reports)).with_state(gate::<User>(bearer))
}

#[tokio::test]
async fn tokens_of_entra_v1_and_v2_with_one_key_set() {
    let alias = Bearer::jwt(keys()).issuer(V2).or_issuer(V1).audience("api://app");
    // Entra as the second issuer of a gate.
    let ours = Keys::hs256("another secret of at least 32 bytes, of our own").unwrap();
    let entra = Issuer::with_keys(V2, keys()).alias(V1).audience("api://app");
    let second = Bearer::jwt(ours).issuer("https://id.example").audience("api").trust_issuer(entra);
    for app in [app(alias), app(second)] {
        for (provider, issuer) in [("entra_v1", V1), ("entra_v2", V2)] {
            ask_as(&app, "GET /me", provider, json!({})).await.assert_is(200, &format!("o1 {issuer}"));
            ask_as(&app, "GET /reports", provider, json!({})).await.assert_is(200, "o1");
            let other_tenant = issuer.replace("1111", "2222");
            assert_reasons(
                &app,
                "GET /reports",
                provider,
                &[
                    (json!({ "roles": ["reader"] }), 403, "role_missing"),
                    (json!({ "scp": "access_as_user" }), 403, "scope_missing"),
                    (json!({ "iss": other_tenant }), 401, "credentials_wrong_issuer"),
                    (json!({ "aud": "api://other" }), 401, "credentials_wrong_audience"),
                    (json!({ "aud": "api" }), 401, "credentials_wrong_audience"),
                    (json!({ "exp": now() - 60 }), 401, "credentials_expired"),
                    (json!({ "oid": "" }), 401, "credentials_malformed"),
                ],
            )
            .await;
        }
    }
}
