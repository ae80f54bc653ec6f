//! A principal with two sets of roles: one held everywhere, and one held in tenants.

use authgate::right::{Tenant, TenantFrom, TenantRoles};
use authgate::routing::{get, post};
use authgate::testing::{TestGate, principal, probe};
use authgate::{Authorized, Gate, Roles, Router, requires};
use authgate_tests::app::bearer;
use authgate_tests::ask::{ask, ask_with};
use authgate_tests::token::token;
use serde_json::json;

#[derive(authgate::Permission)]
enum Permission {
    Invite,
    Suspend,
}

/// Roles of the operators of the service.
#[derive(authgate::Role)]
enum Role {
    Support,
    #[role(implies(Support), grants(Suspend))]
    Owner,
}

/// Roles of the members of an organization.
#[derive(authgate::Role)]
enum OrgRole {
    Member,
    #[role(implies(Member), grants(Invite))]
    Owner,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, tenant_role = OrgRole, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<OrgRole>,
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[requires(role = "owner")]
async fn settings() {}

#[requires(role = OrgRole::Owner, in = Org)]
async fn rename(by: Authorized<_>) -> String {
    by.context().tenant::<Org>().unwrap_or_default().to_owned()
}

#[requires(any(role = "support", all(role = OrgRole::Member, in = Org)))]
async fn read(_: Authorized<_>) {}

#[requires(permission = "invite", in = Org)]
async fn invite() {}

#[requires(permission = "suspend")]
async fn suspend() {}

/// Not granted by a role in a tenant.
#[requires(permission = "suspend", in = Org)]
async fn suspend_member() {}

fn routes() -> Router<Gate<User>> {
    Router::new()
        .route("/settings", get(settings).delete(suspend))
        .route("/orgs/{org}", get(read).put(rename))
        .route("/orgs/{org}/members", post(invite).delete(suspend_member))
}

const LOCK: &str = "\
access.lock v1
role member
role OrgRole::owner > member grants invite
role support
role Role::owner > support grants suspend
permission invite
permission suspend
GET     /orgs/{org}              role:member in Org | role:support
PUT     /orgs/{org}              role:OrgRole::owner in Org
POST    /orgs/{org}/members      permission:invite in Org
DELETE  /orgs/{org}/members      permission:suspend in Org
GET     /settings                role:Role::owner
DELETE  /settings                permission:suspend
";

#[tokio::test]
async fn roles_of_each_set_are_found_in_their_place_only() {
    let app = routes().with_state(Gate::builder().scheme(bearer()).build().unwrap());
    let operator = |role: &str| token(&json!({ "sub": "root", "roles": [role] }));
    let member = |role: &str| token(&json!({ "sub": "vera", "orgs": { "acme": [role] } }));
    let both = token(&json!({ "sub": "ada", "roles": ["support"], "orgs": { "acme": ["owner"] } }));
    for (line, token, status) in [
        ("GET /settings", operator("owner"), 200),
        ("GET /settings", operator("support"), 403),
        ("GET /settings", member("owner"), 403),
        ("PUT /orgs/acme", member("owner"), 200),
        ("PUT /orgs/acme", member("member"), 403),
        ("PUT /orgs/other", member("owner"), 403),
        ("PUT /orgs/acme", operator("owner"), 403),
        ("PUT /orgs/acme", both.clone(), 200),
        ("GET /orgs/acme", member("member"), 200),
        ("GET /orgs/other", member("owner"), 403),
        ("GET /orgs/other", operator("support"), 200),
        // A name of the other set is unknown.
        ("GET /orgs/acme", member("support"), 403),
        ("GET /orgs/acme", operator("member"), 403),
        ("POST /orgs/acme/members", member("owner"), 200),
        ("POST /orgs/other/members", member("owner"), 403),
        ("POST /orgs/acme/members", operator("owner"), 403),
        ("DELETE /settings", operator("owner"), 200),
        ("DELETE /settings", member("owner"), 403),
        ("DELETE /orgs/acme/members", operator("owner"), 403),
        ("DELETE /orgs/acme/members", member("owner"), 403),
    ] {
        assert_eq!(ask_with(&app, line, &token).await.status, status, "{line}");
    }
    ask(&app, "PUT /orgs/acme", &[]).await.assert_denied(
        401,
        "credentials_missing",
        &[r#"Bearer realm="api""#],
    );
    ask_with(&app, "PUT /orgs/acme", &operator("owner")).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn lock_names_the_members_of_both_sets_and_matches_the_router() {
    assert_eq!(routes().access().lock().to_string(), LOCK);
    let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("two_sets.lock");
    std::fs::write(&file, LOCK).unwrap();
    let report = probe(routes(), TestGate::<User>::new().gate(), &file).await;
    std::fs::remove_file(&file).unwrap();
    report.assert_clean();
}

#[test]
fn openapi_document_names_the_set() {
    let gate: Gate<User> = Gate::builder().scheme(bearer()).build().unwrap();
    let document = routes().access().openapi().gate(&gate).title("Orgs").version("1").build().unwrap();
    let operation = document["paths"]["/orgs/{org}"]["put"].to_string();
    assert!(operation.contains("role:OrgRole::owner in Org"), "{operation}");
}

#[test]
fn test_principal_holds_a_role_of_each_set() {
    let user = principal::<User>("ada").role(Role::Owner).role_in("acme", OrgRole::Member).build();
    assert_eq!(user.roles.to_string(), "owner");
    assert_eq!(user.orgs.in_tenant("acme").to_string(), "member");
    assert!(user.orgs.in_tenant("other").is_empty());
}
