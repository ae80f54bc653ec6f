//! Amazon Cognito: no `aud`. The client is in `client_id`, and groups are roles.

use authgate::testing::probe;

use super::*;

const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AAAAAAAAA";

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign)]
pub(super) struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(rename = "cognito:groups", default)]
    groups: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

#[requires(role = "admin", scope = "reports:read", principal = User)]
async fn reports(admin: authgate::Authorized<_>) -> String {
    admin.sub.clone()
}

fn bearer() -> Bearer {
    Bearer::jwt(keys()).issuer(ISSUER).audience_claim("client_id", ["client-1", "client-2"]).realm("api")
}

fn routes() -> Router<Gate<User>> {
    Router::new().route("/reports", get(reports))
}

#[tokio::test]
async fn token_of_cognito() {
    let app = routes().with_state(gate::<User>(bearer()));
    let ask = |changed: Value| ask_as(&app, "GET /reports", "cognito_access", changed);
    ask(json!({})).await.assert_is(200, "aaaa");
    ask(json!({ "client_id": "client-2", "aud": ["ignored"] })).await.assert_is(200, "aaaa");
    assert_reasons(
        &app,
        "GET /reports",
        "cognito_access",
        &[
            (json!({ "cognito:groups": [] }), 403, "role_missing"),
            (json!({ "scope": "openid" }), 403, "scope_missing"),
            (json!({ "client_id": "client-3" }), 401, "credentials_wrong_audience"),
            (json!({ "client_id": "client-3", "aud": "client-1" }), 401, "credentials_wrong_audience"),
            (json!({ "client_id": 1 }), 401, "credentials_malformed"),
        ],
    )
    .await;
    let without = json!({ "sub": "aaaa", "iss": ISSUER, "exp": now() + 60, "aud": "client-1" });
    let answer = ask_with(&app, "GET /reports", &signed(None, &without)).await;
    assert_eq!(answer.reason(), "credentials_wrong_audience");
}

#[tokio::test]
async fn probe_signs_tokens_with_the_claim() {
    let file = std::env::temp_dir().join(format!("authgate-cognito-{}.lock", std::process::id()));
    std::fs::write(&file, routes().access().lock().to_string()).unwrap();
    probe(routes(), gate::<User>(bearer()), &file).await.assert_clean();
    std::fs::remove_file(file).unwrap();
}

#[test]
fn unusable_audience_claim_is_a_config_error() {
    let error = |claim: &str, names: &[&str]| {
        let bearer = Bearer::jwt(keys()).issuer(ISSUER).realm("api");
        let bearer = bearer.audience_claim(claim, names.iter().copied());
        Gate::<User>::builder().scheme(bearer).build().unwrap_err().to_string()
    };
    for claim in ["", "exp", "iss", "jti"] {
        assert!(error(claim, &["a"]).contains("cannot state the audience"), "{claim}");
    }
    assert!(error("client_id", &[]).contains("no names"));
}
