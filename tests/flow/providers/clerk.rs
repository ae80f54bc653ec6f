//! Clerk: no `aud`, the frontend in `azp`, and a role in the active organization.

use authgate::right::{Tenant, TenantFrom, TenantRoles};

use super::*;

#[derive(Deserialize)]
struct Claims {
    sub: String,
    o: Option<Organization>,
}

#[derive(Deserialize)]
struct Organization {
    id: String,
    rol: String,
}

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign)]
#[serde(from = "Claims")]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    orgs: TenantRoles<Role>,
}

impl From<Claims> for User {
    fn from(claims: Claims) -> Self {
        let mut orgs = TenantRoles::none();
        if let Some(Organization { id, rol }) = claims.o
            && let Ok(role) = rol.parse()
        {
            orgs.insert(id, role);
        }
        Self { sub: claims.sub, orgs }
    }
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[requires(role = "admin", in = Org, principal = User)]
async fn rename(admin: authgate::Authorized<_>) -> String {
    admin.sub.clone()
}

#[tokio::test]
async fn token_of_clerk() {
    let bearer = Bearer::jwt(keys())
        .issuer("https://clerk.example.com")
        .audience_claim("azp", ["https://app.example.com"]);
    let app = Router::new().route("/orgs/{org}", get(rename)).with_state(gate::<User>(bearer));
    ask_as(&app, "GET /orgs/org_1", "clerk", json!({})).await.assert_is(200, "user_1");
    assert_reasons(
        &app,
        "GET /orgs/org_1",
        "clerk",
        &[
            (json!({ "o": { "id": "org_2", "rol": "admin" } }), 403, "role_missing"),
            (json!({ "o": { "id": "org_1", "rol": "viewer" } }), 403, "role_missing"),
            (json!({ "o": { "id": "org_1", "rol": "org:admin" } }), 403, "role_missing"),
            (json!({ "o": null }), 403, "role_missing"),
            (json!({ "o": "org_1" }), 401, "credentials_malformed"),
            (json!({ "azp": "https://evil.example" }), 401, "credentials_wrong_audience"),
            (json!({ "azp": null }), 401, "credentials_malformed"),
        ],
    )
    .await;
    // Clerk omits `azp` if the browser sends no `Origin`.
    let mut claims = claims_of("clerk", &json!({ "aud": "https://app.example.com" }));
    claims.as_object_mut().unwrap().remove("azp");
    let answer = ask_with(&app, "GET /orgs/org_1", &signed(None, &claims)).await;
    assert_eq!(answer.reason(), "credentials_wrong_audience");
}
