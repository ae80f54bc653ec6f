//! Protected resource metadata (RFC 9728), and challenges that lead to it.

use authgate::oauth::{AccessTokens, ProtectedResource};
use authgate::routing::{get, post};
use authgate::scheme::{Bearer, Issuer};
use authgate::{Authenticated, Authorized, Gate, Roles, Router, Scopes, public, requires};
use authgate_tests::ask::{Answer, ask, request, send};
use authgate_tests::provider::{PROVIDER, Provider, SigningKey};
use serde_json::{Value, json};

use super::discovered;

#[derive(authgate::Scope)]
enum Scope {
    #[scope(name = "reports:read")]
    Read,
    #[scope(name = "reports:write", implies(Read))]
    Write,
    #[scope(name = "other")]
    Other,
    #[scope(name = "offline_access")]
    Offline,
}

#[derive(authgate::Role)]
enum Role {
    Admin,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(scope = Scope, role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
}

async fn me(user: Authenticated<User>) -> String {
    user.sub.clone()
}

#[requires(scope = "reports:read")]
async fn read() {}

#[requires(scope = "reports:read", scope = "other")]
async fn read_other() {}

#[requires(any(scope = "reports:write", role = "admin"), not(scope = "offline_access"))]
async fn write(_by: Authorized<_>) {}

#[requires(role = "admin")]
async fn purge() {}

#[requires(role = "admin", fresh = "5m")]
async fn wipe() {}

#[public(reason = "a probe")]
async fn health() {}

fn routes() -> Router<Gate<User>> {
    let inner = Router::new().route("/tools", post(read).get(read_other)).route("/admin", post(write));
    Router::new()
        .route("/mcp", post(read))
        .nest("/mcp", inner)
        .route("/mcp/wipe", post(wipe))
        .route("/me", get(me))
        .route("/purge", post(purge))
        .route("/health", get(health))
        .route("/elsewhere", get(read_other))
}

fn app(provider: &Provider, resources: &[&str]) -> axum::Router {
    let [first, rest @ ..] = resources else { panic!("no resource") };
    let tokens = AccessTokens::from(discovered(provider));
    let tokens = tokens.resource(ProtectedResource::at(*first).named("Reports"));
    let tokens = rest.iter().fold(tokens, |tokens, url| tokens.resource(ProtectedResource::at(*url)));
    let gate = Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    routes().merge(tokens.metadata()).with_state(gate)
}

async fn document(app: &axum::Router, path: &str) -> Value {
    let answer = ask(app, &format!("GET {path}"), &[]).await;
    assert_eq!(
        (answer.status.as_u16(), answer.header("content-type")),
        (200, Some("application/json")),
        "{path}"
    );
    serde_json::from_str(&answer.body).unwrap()
}

#[tokio::test(start_paused = true)]
async fn metadata_lists_the_scopes_of_the_routes_below_the_resource() {
    let provider = Provider::new(&[]);
    let app = app(&provider, &["https://api.example/mcp", "https://api.example/me", "https://api.example"]);
    assert_eq!(
        document(&app, "/.well-known/oauth-protected-resource/mcp").await,
        json!({
            "resource": "https://api.example/mcp",
            "authorization_servers": [PROVIDER],
            "bearer_methods_supported": ["header"],
            "scopes_supported": ["other", "reports:read", "reports:write"],
            "resource_name": "Reports",
        })
    );
    let me = document(&app, "/.well-known/oauth-protected-resource/me").await;
    assert_eq!((&me["resource"], me.get("scopes_supported")), (&json!("https://api.example/me"), None));
    let all = document(&app, "/.well-known/oauth-protected-resource").await;
    assert_eq!(all["scopes_supported"], json!(["other", "reports:read", "reports:write"]));
    assert_eq!(ask(&app, "GET /.well-known/oauth-protected-resource/other", &[]).await.status, 404);
    assert_eq!(ask(&app, "POST /.well-known/oauth-protected-resource/mcp", &[]).await.status, 405);
}

#[tokio::test(start_paused = true)]
async fn scripts_of_all_origins_may_read_the_metadata() {
    let app = app(&Provider::new(&[]), &["https://api.example/mcp"]);
    let origin =
        [("origin", "https://inspector.example"), ("access-control-request-headers", "mcp-protocol-version")];
    for (method, status) in [("GET", 200), ("HEAD", 200), ("OPTIONS", 204)] {
        let answer = ask(&app, &format!("{method} /.well-known/oauth-protected-resource/mcp"), &origin).await;
        assert_eq!(answer.status, status, "{method}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{method}");
        assert_eq!(answer.header("access-control-allow-headers"), Some("*"), "{method}");
    }
}

fn challenge(answer: &Answer) -> &str {
    let [challenge] = answer.challenges()[..] else { panic!("{:?}", answer.challenges()) };
    challenge
}

const MCP: &str = r#"resource_metadata="https://api.example/.well-known/oauth-protected-resource/mcp""#;
const REALM: &str = r#"Bearer realm="https://api.example/mcp""#;

#[tokio::test(start_paused = true)]
async fn challenge_names_the_scopes_and_the_metadata_of_the_route() {
    let app = app(&Provider::new(&[]), &["https://api.example/mcp"]);
    for (line, expected) in [
        ("POST /mcp", format!(r#"{REALM}, scope="reports:read", {MCP}"#)),
        ("POST /mcp/tools", format!(r#"{REALM}, scope="reports:read", {MCP}"#)),
        ("GET /mcp/tools", format!(r#"{REALM}, scope="reports:read other", {MCP}"#)),
        ("POST /mcp/admin", format!(r#"{REALM}, scope="reports:write", {MCP}"#)),
        ("GET /me", REALM.to_owned()),
        ("GET /elsewhere", REALM.to_owned()),
    ] {
        for _ in 0..2 {
            let answer = ask(&app, line, &[]).await;
            assert_eq!((answer.status.as_u16(), challenge(&answer)), (401, &*expected), "{line}");
        }
    }
    let invalid = send(&app, request("POST /mcp", &[("authorization", "Bearer nonsense")])).await;
    let expected = format!(r#"{REALM}, error="invalid_token", scope="reports:read", {MCP}"#);
    assert_eq!(challenge(&invalid), expected);
}

#[tokio::test(start_paused = true)]
async fn insufficient_scope_names_all_scopes_and_the_metadata() {
    let key = SigningKey::new("one");
    let app = app(&Provider::new(&[&key]), &["https://api.example/mcp"]);
    let bearer = |claims: Value| {
        let mut all = json!({ "aud": "https://api.example/mcp" });
        all.as_object_mut().unwrap().extend(claims.as_object().unwrap().clone());
        format!("Bearer {}", key.token(&all))
    };
    let ask_as = async |line: &str, claims: Value| {
        send(&app, request(line, &[("authorization", &bearer(claims))])).await
    };
    let denied = ask_as("GET /mcp/tools", json!({ "scope": "reports:read" })).await;
    let expected = format!(r#"{REALM}, error="insufficient_scope", scope="reports:read other", {MCP}"#);
    assert_eq!((denied.status.as_u16(), challenge(&denied)), (403, &*expected));
    let elsewhere = ask_as("GET /elsewhere", json!({ "scope": "reports:read" })).await;
    let expected = format!(r#"{REALM}, error="insufficient_scope", scope="reports:read other""#);
    assert_eq!(challenge(&elsewhere), expected);
    let role = ask_as("POST /purge", json!({})).await;
    assert_eq!((role.status.as_u16(), role.challenges()), (403, vec![]));
    let step_up = ask_as("POST /mcp/wipe", json!({ "roles": ["admin"], "auth_time": 1 })).await;
    let expected = format!(r#"{REALM}, error="insufficient_user_authentication", max_age="300", {MCP}"#);
    assert_eq!((step_up.status.as_u16(), challenge(&step_up)), (401, &*expected));
    assert_eq!(ask_as("GET /mcp/tools", json!({ "scope": "reports:read other" })).await.status, 200);
}

#[tokio::test(start_paused = true)]
async fn challenge_names_the_most_specific_resource() {
    let app = app(
        &Provider::new(&[]),
        &["https://api.example/mcp", "https://api.example/mcp/tools", "https://api.example/"],
    );
    for (line, metadata) in [
        ("POST /mcp", "/mcp\""),
        ("POST /mcp/tools", "/mcp/tools\""),
        ("POST /mcp/admin", "/mcp\""),
        ("GET /me", "oauth-protected-resource\""),
    ] {
        let answer = ask(&app, line, &[]).await;
        assert!(challenge(&answer).ends_with(metadata), "{line}: {}", challenge(&answer));
    }
}

#[requires(scope = "reports:read", scope = "offline_access")]
async fn offline() {}

/// A client requests that scope for itself, and not because a resource requires it.
#[tokio::test(start_paused = true)]
async fn no_challenge_asks_for_offline_access() {
    let provider = Provider::new(&[]);
    let tokens =
        AccessTokens::from(discovered(&provider)).resource(ProtectedResource::at("https://api.example/mcp"));
    let gate: Gate<User> = Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let app = Router::new().route("/mcp", get(offline)).merge(tokens.metadata()).with_state(gate);
    let answer = ask(&app, "GET /mcp", &[]).await;
    assert_eq!(challenge(&answer), format!(r#"{REALM}, scope="reports:read", {MCP}"#));
    let metadata = document(&app, "/.well-known/oauth-protected-resource/mcp").await;
    assert_eq!(metadata["scopes_supported"], json!(["reports:read"]));
}

/// The lock, the OpenAPI document, the metadata and the challenges come from the same declarations.
#[tokio::test(start_paused = true)]
async fn documents_and_challenges_agree() {
    let provider = Provider::new(&[]);
    let tokens =
        AccessTokens::from(discovered(&provider)).resource(ProtectedResource::at("https://api.example"));
    let gate: Gate<User> = Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let routes = routes().merge(tokens.metadata());
    let table = routes.access();
    let lock = table.lock().to_string();
    let openapi = table.openapi().gate(&gate).title("Reports").version("1").build().unwrap();
    let app = routes.with_state(gate);
    let metadata = document(&app, "/.well-known/oauth-protected-resource").await;

    let scheme = &openapi["components"]["securitySchemes"]["Bearer"];
    let url = format!("{PROVIDER}/.well-known/openid-configuration");
    assert_eq!(*scheme, json!({ "type": "openIdConnect", "openIdConnectUrl": url }));
    let mut documented = std::collections::BTreeSet::new();
    for (path, methods) in openapi["paths"].as_object().unwrap() {
        for (method, operation) in
            methods.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters")
        {
            let alternatives = operation["security"].as_array().unwrap().iter();
            let ways: Vec<Vec<String>> =
                alternatives.map(|all| serde_json::from_value(all["Bearer"].clone()).unwrap()).collect();
            let method = method.to_uppercase();
            let answer = ask(&app, &format!("{method} {path}"), &[]).await;
            let stated = answer.challenges().iter().find_map(|challenge| {
                let (_, rest) = challenge.split_once("scope=\"")?;
                Some(rest.split('"').next()?.split(' ').map(str::to_owned).collect::<Vec<_>>())
            });
            let mut stated = stated.unwrap_or_default();
            stated.sort_unstable();
            assert!(
                ways.contains(&stated) || ways.is_empty() && stated.is_empty(),
                "{method} {path}: {stated:?} {ways:?}"
            );
            let is_of = |line: &&str| line.split_whitespace().take(2).eq([method.as_str(), path.as_str()]);
            for scope in ways.into_iter().flatten() {
                let line = lock.lines().find(is_of).unwrap();
                assert!(line.contains(&format!("scope:{scope}")), "{line}");
                documented.insert(scope);
            }
        }
    }
    assert_eq!(metadata["scopes_supported"], json!(documented));
}

#[tokio::test]
async fn resource_that_clients_cannot_use_is_a_configuration_error() {
    for url in ["http://api.example", "/mcp", "https://api.example/mcp?a", "https://api.example/{id}"] {
        let issuer = Issuer::discover(PROVIDER).fetched_by(Provider::new(&[]));
        let tokens = AccessTokens::from(issuer).resource(ProtectedResource::at(url));
        let error = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap_err().to_string();
        assert!(error.contains("protected resource") && error.contains(url), "{error}");
    }
}

/// RFC 9728 section 3.2: members without a value are left out.
#[tokio::test(start_paused = true)]
async fn metadata_without_issuer_names_has_no_empty_list() {
    let entra =
        Issuer::template("https://login.example/{tenantid}/v2.0", ["a"]).fetched_by(Provider::default());
    let tokens = AccessTokens::from(entra).resource(ProtectedResource::at("https://api.example/mcp"));
    let gate = Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let app = routes().merge(tokens.metadata()).with_state(gate);
    let document = document(&app, "/.well-known/oauth-protected-resource/mcp").await;
    assert_eq!(document.get("authorization_servers"), None);
}

#[tokio::test(start_paused = true)]
async fn resources_that_cannot_be_served_are_configuration_errors() {
    let provider = Provider::new(&[]);
    for urls in [
        &["https://api.example/mcp", "https://api.example/mcp"][..],
        &["https://api.example", "https://api.example/"],
        &["https://one.example/mcp", "https://two.example/mcp"],
        &["https://api.example/:tenant"],
        &["https://api.example/*all"],
    ] {
        let tokens = AccessTokens::from(discovered(&provider));
        let (first, rest) = urls.split_first().unwrap();
        let tokens = tokens.resource(ProtectedResource::at(*first));
        let tokens = rest.iter().fold(tokens, |tokens, url| tokens.resource(ProtectedResource::at(*url)));
        let error = Gate::<User>::builder().scheme(Bearer::of(&tokens)).build().unwrap_err().to_string();
        assert!(error.contains("resource"), "{error}");
    }
}

/// A right that a handler asks for by itself leads to the metadata as well.
#[tokio::test(start_paused = true)]
async fn denial_of_a_handler_names_the_resource() {
    async fn handler(user: Authenticated<User>) -> Result<String, authgate::Denial> {
        user.authorize::<scope::Write>().map(|_| String::new())
    }
    #[public(reason = "authenticates by hand")]
    async fn by_hand(caller: authgate::Unauthenticated<User>) -> Result<String, authgate::Denial> {
        handler(caller.authenticate().await?).await
    }
    let key = SigningKey::new("one");
    let tokens = AccessTokens::from(discovered(&Provider::new(&[&key])));
    let tokens = tokens.resource(ProtectedResource::at("https://api.example/mcp"));
    let gate = Gate::builder().scheme(Bearer::of(&tokens)).build().unwrap();
    let app = Router::new()
        .route("/mcp", post(handler))
        .nest("/mcp/v2", Router::new().route("/by_hand", post(by_hand)))
        .route("/other", post(handler))
        .with_state(gate);
    let bearer = format!("Bearer {}", key.token(&json!({ "aud": "https://api.example/mcp" })));
    for (path, named) in [("/mcp", true), ("/mcp/v2/by_hand", true), ("/other", false)] {
        let answer = ask(&app, &format!("POST {path}"), &[("authorization", &bearer)]).await;
        assert_eq!(answer.status, 403, "{path}");
        let challenge = &answer.challenges()[0];
        let metadata = "resource_metadata=\"https://api.example/.well-known/oauth-protected-resource/mcp\"";
        assert_eq!(challenge.contains(metadata), named, "{path}: {challenge}");
        assert!(challenge.contains("scope=\"reports:write\""), "{path}: {challenge}");
    }
}
