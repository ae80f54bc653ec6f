//! Supabase: a shared secret with a `kid`, an `amr` of objects, and a role within another claim.

use super::*;

authgate::claim_path!(fn app_role = "role");

#[derive(authgate::Principal, Deserialize)]
#[principal(role = Role, foreign)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(rename = "app_metadata", deserialize_with = "app_role", default)]
    roles: Roles<Role>,
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[requires(role = "admin", principal = User)]
async fn purge() {}

#[requires(role = "admin", fresh = "5m", principal = User)]
async fn pay() {}

#[tokio::test]
async fn token_of_supabase() {
    let routes = Router::new().route("/me", get(me)).route("/purge", get(purge)).route("/pay", get(pay));
    let app = routes.with_state(gate::<User>(bearer("https://proj.supabase.co/auth/v1", "authenticated")));
    let with_kid = signed(Some("3kxV0mVaJ0mYB7sT"), &claims_of("supabase", &json!({})));
    let id = "0d4e8f5c-0000-4000-8000-000000000001";
    ask_with(&app, "GET /me", &with_kid).await.assert_is(200, id);
    assert_eq!(ask_with(&app, "GET /purge", &with_kid).await.status, 200);
    assert_reasons(&app, "GET /pay", "supabase", &[(json!({}), 401, "step_up_required")]).await;
    // The member `role` outside of `app_metadata` is not the application's.
    assert_reasons(
        &app,
        "GET /purge",
        "supabase",
        &[
            (json!({ "role": "admin", "app_metadata": { "role": "guest" } }), 403, "role_missing"),
            (json!({ "role": "admin", "app_metadata": {} }), 403, "role_missing"),
            (json!({ "app_metadata": null }), 403, "role_missing"),
            (json!({ "app_metadata": "admin" }), 401, "credentials_malformed"),
            (json!({ "app_metadata": ["admin"] }), 401, "credentials_malformed"),
            (json!({ "aud": "x" }), 401, "credentials_wrong_audience"),
        ],
    )
    .await;
}
