//! The keys of `#[requires(..)]` through the router, and the response to a caller that lacks the
//! right.

use std::collections::HashMap;

use authgate::access::{Own, Rule};
use authgate::denial::DenialMessage;
use authgate::right::{Beside, ConstStr, HasRightsIn, Requirement, Right, RightOf, Tenant, TenantFrom};
use authgate::routing::{get, post};
use authgate::scheme::Bearer;
use authgate::{
    Authorized, Context, Decision, Gate, Granted, Policy, Resource, Roles, Router, Scopes, requires,
};
use authgate_tests::app::bearer;
use authgate_tests::ask::{Answer, ask, ask_with};
use authgate_tests::token::{now, token};
use axum::extract::{FromRef, Path};
use serde_json::{Value, json};
use tracing::Level;

use crate::events::capture::capture;

#[derive(Clone, Copy, authgate::Role)]
enum Role {
    Contractor,
    Editor,
    #[role(implies(Editor))]
    Admin,
}

#[derive(Clone, Copy, authgate::Scope)]
enum Scope {
    #[scope(name = "reports:read")]
    Read,
    #[scope(name = "reports:write")]
    Write,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
    #[serde(default)]
    orgs: HashMap<String, Roles<Role>>,
    #[serde(default)]
    suspended: bool,
}

impl HasRightsIn<Role> for User {
    fn held_in(&self, tenant: &str) -> u128 {
        self.orgs.get(tenant).map_or(0, Roles::bits)
    }
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

/// Allows users whose account is not suspended.
struct Active;

const SUSPENDED: DenialMessage =
    DenialMessage::new("account_suspended", "Your account is suspended; write to support.");

impl Right for Active {
    const RULE: &'static Rule = &Rule::Own(Own::new("policy", "active", &SUSPENDED));
}

impl Requirement<User> for Active {
    fn decide(user: &User, _: &Context) -> Decision {
        Decision::allow_if(!user.suspended)
    }
}

impl RightOf for Active {
    type Principal = User;
}

impl Beside<User> for Active {}

struct Gold;

impl ConstStr for Gold {
    const TEXT: &'static str = "urn:example:gold";
}

struct Report {
    owner: String,
    title: &'static str,
}

impl Resource<App> for Report {
    type Key = u64;
    type Error = std::io::Error;
    const PARAMETERS: &'static [&'static str] = &["id"];

    async fn load(id: u64, _: &App) -> Result<Option<Self>, std::io::Error> {
        let owner = match id {
            1 => "vera",
            2 => "ada",
            _ => return Ok(None),
        };
        Ok(Some(Self { owner: owner.to_owned(), title: "a report" }))
    }
}

struct CanEdit;

impl Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(user: &User, report: &Report) -> Decision {
        Decision::allow_if(user.sub == report.owner)
    }
}

/// Allows every user except Eve.
struct CanRead;

impl Policy<Report> for CanRead {
    type Principal = User;

    fn decide(user: &User, _: &Report) -> Decision {
        Decision::allow_if(user.sub != "eve")
    }
}

#[derive(Clone, FromRef)]
struct App {
    gate: Gate<User>,
}

#[requires(any(role = "admin", all(role = "editor", scope = "reports:write")))]
async fn publish(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = Role::Editor, not(role = "contractor"))]
async fn staff() {}

#[requires(role = "editor", fresh = "5m")]
async fn fresh() {}

#[requires(fresh = "1h", acr = Gold, factor = "otp", principal = User)]
async fn strong(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(acr = "urn:example:silver urn:example:gold", principal = User)]
async fn silver() {}

#[requires(role = "editor", in = Org, not(role = "contractor", in = Org))]
async fn member(caller: Authorized<_>) -> String {
    caller.context().tenant::<Org>().unwrap_or_default().to_owned()
}

#[requires(scope = Scope::Write, policy = Active)]
async fn active() {}

#[requires(waive = Active, reason = "suspended users may leave", principal = User)]
async fn leave() {}

#[requires(any(scheme = Bearer, role = "admin"))]
async fn by_token() {}

#[requires(role = "admin", conceal)]
async fn hidden(admin: Authorized<_>) -> String {
    admin.sub.clone()
}

#[requires(policy = CanEdit, on = Report)]
async fn edit(report: Granted<CanEdit, Report>) -> &'static str {
    report.title
}

#[requires(policy = CanEdit, on = Report, conceal)]
async fn edit_concealed(mut report: Granted<_, _>, Path(id): Path<u64>) -> String {
    report = report.authorize::<CanRead>().unwrap().authorize::<CanEdit>().unwrap();
    format!("{id} {}", report.title)
}

#[requires(policy = CanEdit, on = Report, conceal = CanRead)]
async fn edit_known(_: Granted<_>) {}

#[requires(scope = "reports:write", policy = CanEdit, on = Report, principal = User)]
async fn edit_scoped(report: Granted<_, _>) -> &'static str {
    report.title
}

#[requires(role = "editor", in = Org, policy = CanEdit, on = Report, conceal)]
async fn edit_in_org() {}

fn routes() -> Router<App> {
    Router::new()
        .route("/publish", get(publish))
        .route("/staff", get(staff))
        .route("/fresh", post(fresh))
        .route("/strong", get(strong))
        .route("/silver", get(silver))
        .route("/orgs/{org}", get(member))
        .route("/active", get(active))
        .route("/leave", get(leave))
        .route("/by_token", get(by_token))
        .route("/hidden", get(hidden))
        .route("/plain/{id}", get(edit))
        .route("/concealed/{id}", get(edit_concealed))
        .route("/known/{id}", get(edit_known))
        .route("/scoped/{id}", get(edit_scoped))
        .route("/reports/{id}/of/{org}", get(edit_in_org))
}

fn app() -> axum::Router {
    routes().with_state(App { gate: Gate::builder().scheme(bearer()).build().unwrap() })
}

/// Sends a request as Vera with these claims. Vera is authenticated, so the response depends on her
/// rights.
async fn vera(line: &str, claims: Value) -> Answer {
    ask_with(&app(), line, &token(&claims)).await
}

const INSUFFICIENT: &str = r#"Bearer realm="api", error="insufficient_user_authentication""#;

#[tokio::test]
async fn any_needs_one_part_and_all_needs_every_part() {
    vera("GET /publish", json!({ "roles": ["admin"] })).await.assert_is(200, "vera");
    let both = json!({ "roles": ["editor"], "scope": "reports:write" });
    vera("GET /publish", both).await.assert_is(200, "vera");
    // If another scope would satisfy an alternative, the response names that scope.
    let challenge = r#"Bearer realm="api", error="insufficient_scope", scope="reports:write""#;
    let answer = vera("GET /publish", json!({ "roles": ["editor"] })).await;
    answer.assert_denied(403, "scope_missing", &[challenge]);
    let answer = vera("GET /publish", json!({ "scope": "reports:write" })).await;
    answer.assert_denied(403, "role_missing", &[]);
    vera("GET /publish", json!({})).await.assert_denied(403, "role_missing", &[]);
    ask(&app(), "GET /publish", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[r#"Bearer realm="api""#],
    );
}

#[tokio::test]
async fn excluded_role_is_403() {
    vera("GET /staff", json!({ "roles": ["editor"] })).await.assert_is(200, "");
    let answer = vera("GET /staff", json!({ "roles": ["admin", "contractor"] })).await;
    answer.assert_denied(403, "excluded", &[]);
    vera("GET /staff", json!({ "roles": ["contractor"] })).await.assert_denied(403, "role_missing", &[]);
}

/// An unknown role is ignored and cannot trigger an exclusion. The log must show it.
#[tokio::test]
async fn logs_an_excluded_role_that_the_issuer_spells_differently() {
    let claims = json!({ "roles": ["editor", "Contractor\n\u{202e}"] });
    let (answer, events) = capture(vera("GET /staff", claims)).await;
    answer.assert_is(200, "");
    let warning = events.iter().find(|event| event.level == Level::WARN).expect("a warning");
    assert_eq!(warning.target, "authgate::authorization");
    warning.assert_fields(&[
        ("message", "ignored an unknown name that differs from a known name in spelling only"),
        ("kind", "role"),
        ("set", "Role"),
        ("name", "Contractor\\n\\u{202e}"),
        ("known", "contractor"),
    ]);
    let (_, events) = capture(vera("GET /staff", json!({ "roles": ["editor", "somebody else"] }))).await;
    assert!(events.iter().all(|event| event.level == Level::DEBUG), "{events:?}");
}

#[tokio::test]
async fn old_login_is_401_step_up_required() {
    let of = |age: u64| json!({ "roles": ["editor"], "auth_time": now() - age });
    vera("POST /fresh", of(100)).await.assert_is(200, "");
    let challenge = format!(r#"{INSUFFICIENT}, max_age="300""#);
    vera("POST /fresh", of(400)).await.assert_denied(401, "step_up_required", &[&challenge]);
    let unknown = json!({ "roles": ["editor"] });
    vera("POST /fresh", unknown).await.assert_denied(401, "step_up_required", &[&challenge]);
    // Another login would not help.
    let nobody = json!({ "auth_time": now() - 400 });
    vera("POST /fresh", nobody).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn weak_login_is_401_step_up_required() {
    let of = |acr: &str, amr: &[&str]| json!({ "auth_time": now(), "acr": acr, "amr": amr });
    vera("GET /strong", of("urn:example:gold", &["pwd", "otp"])).await.assert_is(200, "vera");
    let answer = vera("GET /strong", of("urn:example:gold", &["pwd"])).await;
    answer.assert_denied(401, "step_up_required", &[INSUFFICIENT_FULL]);
    let answer = vera("GET /strong", of("urn:example:silver", &["otp"])).await;
    answer.assert_denied(401, "step_up_required", &[INSUFFICIENT_FULL]);

    for class in ["urn:example:gold", "urn:example:silver"] {
        vera("GET /silver", of(class, &[])).await.assert_is(200, "");
    }
    let challenge = format!(r#"{INSUFFICIENT}, acr_values="urn:example:silver urn:example:gold""#);
    for class in ["urn:example", "urn:example:silver urn:example:gold", ""] {
        let answer = vera("GET /silver", of(class, &[])).await;
        answer.assert_denied(401, "step_up_required", &[&challenge]);
    }
}

const INSUFFICIENT_FULL: &str = r#"Bearer realm="api", error="insufficient_user_authentication", acr_values="urn:example:gold", max_age="3600""#;

#[tokio::test]
async fn role_in_one_tenant_is_not_valid_in_another() {
    let claims = json!({ "orgs": { "acme": ["admin"], "globex": ["editor", "contractor"] } });
    vera("GET /orgs/acme", claims.clone()).await.assert_is(200, "acme");
    vera("GET /orgs/globex", claims.clone()).await.assert_denied(403, "excluded", &[]);
    vera("GET /orgs/initech", claims).await.assert_denied(403, "role_missing", &[]);
    vera("GET /orgs/acme", json!({ "roles": ["admin"] })).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn custom_requirement_denies_with_its_reason() {
    vera("GET /active", json!({ "scope": "reports:write" })).await.assert_is(200, "");
    let suspended = json!({ "scope": "reports:write", "suspended": true });
    vera("GET /active", suspended.clone()).await.assert_denied(403, "account_suspended", &[]);

    // The gate's requirement does not apply where the route waives it.
    let gate = Gate::builder().scheme(bearer()).require::<Active>().build().unwrap();
    let app = routes().with_state(App { gate });
    let suspended = token(&suspended);
    ask_with(&app, "GET /leave", &suspended).await.assert_is(200, "");
    ask_with(&app, "GET /by_token", &suspended).await.assert_denied(403, "account_suspended", &[]);
    ask_with(&app, "GET /by_token", &token(&json!({}))).await.assert_is(200, "");
}

#[tokio::test]
async fn concealed_role_denial_is_404() {
    vera("GET /hidden", json!({ "roles": ["admin"] })).await.assert_is(200, "vera");
    vera("GET /hidden", json!({})).await.assert_denied(404, "not_found", &[]);
    ask(&app(), "GET /hidden", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[r#"Bearer realm="api""#],
    );
}

#[tokio::test]
async fn policy_decides_on_the_resource_of_the_path() {
    for (line, body) in
        [("GET /plain/1", "a report"), ("GET /concealed/1", "1 a report"), ("GET /known/1", "")]
    {
        vera(line, json!({})).await.assert_is(200, body);
    }
    for line in ["GET /plain/3", "GET /concealed/3", "GET /concealed/2", "GET /known/3", "GET /plain/none"] {
        vera(line, json!({})).await.assert_denied(404, "not_found", &[]);
    }
    for line in ["GET /plain/2", "GET /known/2"] {
        vera(line, json!({})).await.assert_denied(403, "policy_denied", &[]);
    }
    vera("GET /known/2", json!({ "sub": "eve" })).await.assert_denied(404, "not_found", &[]);
}

#[tokio::test]
async fn other_rights_are_checked_before_the_resource_is_loaded() {
    vera("GET /scoped/1", json!({ "scope": "reports:write" })).await.assert_is(200, "a report");
    let challenge = r#"Bearer realm="api", error="insufficient_scope", scope="reports:write""#;
    for line in ["GET /scoped/1", "GET /scoped/3"] {
        vera(line, json!({})).await.assert_denied(403, "scope_missing", &[challenge]);
    }
    // A document of another tenant looks missing, and so does another tenant.
    let claims = json!({ "orgs": { "acme": ["editor"] } });
    vera("GET /reports/1/of/acme", claims.clone()).await.assert_is(200, "");
    for line in ["GET /reports/2/of/acme", "GET /reports/3/of/acme", "GET /reports/1/of/globex"] {
        vera(line, claims.clone()).await.assert_denied(404, "not_found", &[]);
    }
}

#[test]
fn access_table_shows_the_rules() {
    let table = routes().access().to_string();
    for rule in [
        "role:admin | (role:editor & scope:reports:write)",
        "role:editor & !role:contractor",
        "role:editor & fresh:300s",
        "acr:urn:example:silver,urn:example:gold",
        "role:editor in Org",
        "waived(policy:active) \"suspended users may leave\"",
        "policy:CanEdit on Report",
    ] {
        assert!(table.contains(rule), "{rule}\n{table}");
    }
}
