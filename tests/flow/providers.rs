//! Tokens with the claims that identity providers issue, signed with a key of the test.

use authgate::scheme::{Bearer, Keys};
use authgate::{Authenticated, Gate, Principal, Roles, Router, Scopes, requires, routing::get};
use authgate_tests::ask::ask_with;
use authgate_tests::token::{SECRET, now};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Role {
    Admin,
}

#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
pub(crate) enum Scope {
    #[scope(name = "reports:read")]
    ReadReports,
}

fn bearer(issuer: &str, audience: &str) -> Bearer {
    let keys = Keys::hs256(SECRET).unwrap();
    Bearer::jwt(keys).issuer(issuer).audience(audience).realm("api")
}

fn signed(kid: Option<&str>, claims: &Value) -> String {
    let header = Header { kid: kid.map(str::to_owned), ..Header::new(Algorithm::HS256) };
    encode(&header, claims, &EncodingKey::from_secret(SECRET)).unwrap()
}

fn gate<P: Principal + DeserializeOwned>(bearer: Bearer) -> Gate<P> {
    Gate::builder().scheme(bearer).build().unwrap()
}

/// A shared secret with a `kid`, an `amr` of objects, and a role within another claim.
mod supabase {
    use super::*;

    #[derive(authgate::Principal, Deserialize)]
    #[principal(role = Role, foreign)]
    pub(super) struct User {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        #[serde(rename = "app_metadata", deserialize_with = "role", default)]
        roles: Roles<Role>,
    }

    fn role<'de, D: serde::Deserializer<'de>>(claim: D) -> Result<Roles<Role>, D::Error> {
        #[derive(Deserialize)]
        struct AppMetadata {
            #[serde(default)]
            role: Roles<Role>,
        }
        AppMetadata::deserialize(claim).map(|metadata| metadata.role)
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
        let issuer = "https://proj.supabase.co/auth/v1";
        let routes = Router::new().route("/me", get(me)).route("/purge", get(purge)).route("/pay", get(pay));
        let app = routes.with_state(gate::<User>(bearer(issuer, "authenticated")));
        let token = |role: &str, audience: &str| {
            let claims = json!({
                "iss": issuer, "aud": audience, "sub": "0d4e", "exp": now() + 3600, "iat": now(),
                "app_metadata": { "provider": "email", "role": role },
                "role": "authenticated", "aal": "aal1",
                "amr": [{ "method": "password", "timestamp": now() }],
            });
            signed(Some("3kxV0mVaJ0mYB7sT"), &claims)
        };
        ask_with(&app, "GET /me", &token("admin", "authenticated")).await.assert_is(200, "0d4e");
        assert_eq!(ask_with(&app, "GET /purge", &token("admin", "authenticated")).await.status, 200);
        assert_eq!(
            ask_with(&app, "GET /purge", &token("guest", "authenticated")).await.reason(),
            "role_missing"
        );
        assert_eq!(
            ask_with(&app, "GET /pay", &token("admin", "authenticated")).await.reason(),
            "step_up_required"
        );
        assert_eq!(
            ask_with(&app, "GET /me", &token("admin", "x")).await.reason(),
            "credentials_wrong_audience"
        );
    }
}

/// Roles of the realm, and scopes in one string.
mod keycloak {
    use super::*;

    #[derive(Default, Deserialize)]
    struct RealmAccess {
        #[serde(default)]
        roles: Roles<Role>,
    }

    fn realm_roles<'de, D: serde::Deserializer<'de>>(claim: D) -> Result<Roles<Role>, D::Error> {
        RealmAccess::deserialize(claim).map(|realm| realm.roles)
    }

    #[derive(authgate::Principal, Deserialize)]
    #[principal(role = Role, foreign, scope = Scope, foreign)]
    pub(super) struct User {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        #[serde(rename = "realm_access", deserialize_with = "realm_roles", default)]
        roles: Roles<Role>,
        #[principal(scopes)]
        #[serde(default)]
        scope: Scopes<Scope>,
    }

    #[requires(role = "admin", principal = User)]
    async fn purge(admin: authgate::Authorized<_>) -> String {
        admin.sub.clone()
    }

    #[tokio::test]
    async fn token_of_keycloak() {
        let issuer = "https://kc.example/realms/main";
        let app =
            Router::new().route("/purge", get(purge)).with_state(gate::<User>(bearer(issuer, "account")));
        let token = |roles: Value, issuer: &str| {
            let claims = json!({
                "exp": now() + 300, "iat": now(), "auth_time": now(), "jti": "onrtac:1", "iss": issuer,
                "aud": "account", "sub": "f0a1", "typ": "Bearer", "azp": "spa", "acr": "1",
                "realm_access": { "roles": roles }, "scope": "openid profile email",
                "resource_access": { "account": { "roles": ["manage-account"] } },
            });
            signed(None, &claims)
        };
        let admin = token(json!(["offline_access", "admin"]), issuer);
        ask_with(&app, "GET /purge", &admin).await.assert_is(200, "f0a1");
        let guest = token(json!(["offline_access"]), issuer);
        assert_eq!(ask_with(&app, "GET /purge", &guest).await.reason(), "role_missing");
        let other = token(json!(["admin"]), "https://kc.example/realms/other");
        assert_eq!(ask_with(&app, "GET /purge", &other).await.reason(), "credentials_wrong_issuer");
    }
}

/// No `aud`. The client is in `client_id`, and groups are roles.
mod cognito {
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
        let keys = Keys::hs256(SECRET).unwrap();
        Bearer::jwt(keys).issuer(ISSUER).audience_claim("client_id", ["client-1", "client-2"]).realm("api")
    }

    fn routes() -> Router<Gate<User>> {
        Router::new().route("/reports", get(reports))
    }

    fn token(client: &Value, groups: &Value) -> String {
        let claims = json!({
            "sub": "aaaa", "cognito:groups": groups, "iss": ISSUER, "version": 2, "client_id": client,
            "token_use": "access", "scope": "reports:read openid", "auth_time": now(), "exp": now() + 3600,
            "iat": now(), "jti": "j", "username": "ada", "aud": ["ignored"],
        });
        signed(None, &claims)
    }

    #[tokio::test]
    async fn token_of_cognito() {
        let app = routes().with_state(gate::<User>(bearer()));
        let admin = || json!(["admin"]);
        let ask = |token: String| async { ask_with(&app, "GET /reports", &{ token }).await };
        ask(token(&json!("client-1"), &admin())).await.assert_is(200, "aaaa");
        ask(token(&json!("client-2"), &admin())).await.assert_is(200, "aaaa");
        assert_eq!(ask(token(&json!("client-1"), &json!([]))).await.reason(), "role_missing");
        for (client, reason) in [
            (json!("client-3"), "credentials_wrong_audience"),
            (json!("ignored"), "credentials_wrong_audience"),
            (json!(1), "credentials_malformed"),
        ] {
            assert_eq!(ask(token(&client, &admin())).await.reason(), reason);
        }
        let without = json!({ "sub": "aaaa", "iss": ISSUER, "exp": now() + 60, "aud": "client-1" });
        assert_eq!(ask(signed(None, &without)).await.reason(), "credentials_wrong_audience");
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
            let bearer = Bearer::jwt(Keys::hs256(SECRET).unwrap()).issuer(ISSUER).realm("api");
            let bearer = bearer.audience_claim(claim, names.iter().copied());
            Gate::<User>::builder().scheme(bearer).build().unwrap_err().to_string()
        };
        for claim in ["", "exp", "iss", "jti"] {
            assert!(error(claim, &["a"]).contains("cannot state the audience"), "{claim}");
        }
        assert!(error("client_id", &[]).contains("no names"));
    }
}
