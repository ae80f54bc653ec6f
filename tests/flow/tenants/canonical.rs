//! Tenants with a canonical form: different spellings of a name are the same tenant.

use std::borrow::Cow;

use authgate::credentials::Credentials;
use authgate::right::{All, HasRightsIn, In, Not, Requirement as _, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::{Authenticated, Authorized, Gate, Router, requires};
use authgate_tests::app::bearer;
use authgate_tests::ask::{Answer, ask};
use authgate_tests::token::token;
use serde_json::{Value, json};
use tracing::Level;

use crate::events::capture::capture;

#[derive(authgate::Permission, Clone, Copy)]
enum Permission {
    Invite,
}

#[derive(authgate::Role, Clone, Copy)]
enum Role {
    #[role(grants(Invite))]
    Member,
    Suspended,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(tenant_roles)]
    #[serde(default)]
    orgs: TenantRoles<Role>,
}

/// Trims, converts to lowercase, and rejects names that contain other characters than letters.
fn lower(name: &str) -> Option<Cow<'_, str>> {
    assert_ne!(name, "panic");
    let name = name.trim();
    let is_name = name.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_name.then(|| name.to_ascii_lowercase().into())
}

struct Org;
impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
    const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> = Some(lower);
}

struct Site;
impl Tenant for Site {
    const FROM: TenantFrom = TenantFrom::HeaderField("x-site");
    const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> = Some(lower);
}

/// A tenant without a canonical form.
struct Exact;
impl Tenant for Exact {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[requires(all(role = "member", in = Org), not(role = "suspended", in = Org))]
async fn read(user: Authorized<_>) -> String {
    user.context().tenant::<Org>().unwrap_or_default().to_owned()
}

async fn site(user: Authorized<In<Site, role::Member>>) -> String {
    user.context().tenant::<Site>().unwrap_or_default().to_owned()
}

async fn anyone(_: Authorized<Not<In<Org, role::Suspended>>>) {}

async fn invite(_: Authorized<In<Org, permission::Invite>>) {}

async fn exact(_: Authorized<In<Exact, role::Member>>) {}

fn app() -> axum::Router {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    Router::new()
        .route("/orgs/{org}/x", get(read).post(invite))
        .route("/anyone/{org}", get(anyone))
        .route("/exact/{org}", get(exact))
        .route("/site", get(site))
        .with_state(gate)
}

async fn ask_with_orgs(line: &str, orgs: Value) -> Answer {
    authgate_tests::ask::ask_with(&app(), line, &token(&json!({ "orgs": orgs }))).await
}

#[tokio::test]
async fn spellings_with_the_same_canonical_name_are_one_tenant() {
    let member = || json!({ "acme": "member" });
    let suspended = || json!({ "acme": ["member", "suspended"] });
    for name in ["acme", "ACME", "Acme", "acme%20", "%20acme", "%09aCmE", "%61cme"] {
        ask_with_orgs(&format!("GET /orgs/{name}/x"), member()).await.assert_is(200, "acme");
        for line in [format!("GET /orgs/{name}/x"), format!("GET /anyone/{name}")] {
            ask_with_orgs(&line, suspended()).await.assert_denied(403, "excluded", &[]);
        }
    }
    ask_with_orgs("GET /orgs/globex/x", member()).await.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn tenant_names_of_the_principal_are_canonicalized() {
    for name in ["acme", "ACME", " Acme\t"] {
        ask_with_orgs("GET /orgs/acme/x", json!({ name: "member" })).await.assert_is(200, "acme");
        ask_with_orgs("POST /orgs/ACME/x", json!({ name: "member" })).await.assert_is(200, "");
        let answer = ask_with_orgs("POST /orgs/acme/x", json!({ name: "suspended" })).await;
        answer.assert_denied(403, "permission_missing", &[]);
        let both = json!({ "acme": "member", "aCME": "suspended" });
        ask_with_orgs("GET /orgs/acme/x", both).await.assert_denied(403, "excluded", &[]);
        let answer = ask_with_orgs("GET /anyone/acme", json!({ name: "suspended" })).await;
        answer.assert_denied(403, "excluded", &[]);
    }
    // Without a canonical form, names are compared by bytes.
    assert_eq!(ask_with_orgs("GET /exact/acme", json!({ "acme": "member" })).await.status, 200);
    let answer = ask_with_orgs("GET /exact/acme", json!({ "ACME": "member" })).await;
    answer.assert_denied(403, "role_missing", &[]);
}

#[tokio::test]
async fn tenant_without_canonical_name_is_404_for_authenticated_callers() {
    for name in ["a-b", "acme1", "%20", "a%2Fb", "ac%C3%B6me"] {
        for path in [format!("/orgs/{name}/x"), format!("/anyone/{name}")] {
            let line = format!("GET {path}");
            let anonymous = ask(&app(), &line, &[]).await;
            anonymous.assert_denied(401, "credentials_missing", &["Bearer realm=\"api\""]);
            for orgs in
                [json!({}), json!({ "acme": "member" }), json!({ "acme": "suspended", name: "member" })]
            {
                ask_with_orgs(&line, orgs).await.assert_denied(404, "not_found", &[]);
            }
        }
    }
    for (value, status) in [("acme", 200), ("ACME", 200), ("a-b", 404), ("", 403), ("globex", 403)] {
        let bearer = format!("Bearer {}", token(&json!({ "orgs": { "acme": "member" } })));
        let answer = ask(&app(), "GET /site", &[("authorization", &bearer), ("x-site", value)]).await;
        assert_eq!(answer.status, status, "{value}");
    }
}

/// Such a name could mean the tenant of the request.
#[tokio::test]
async fn principal_tenant_without_canonical_name_only_excludes() {
    let (answer, events) =
        capture(ask_with_orgs("GET /orgs/acme/x", json!({ "ac\u{202e}me": "member" }))).await;
    answer.assert_denied(403, "role_missing", &[]);
    let warning = events.iter().find(|event| event.level == Level::WARN).expect("a warning");
    warning.assert_fields(&[
        ("message", "a principal's tenant was ignored: its name has no canonical form"),
        ("tenant", "Org"),
        ("name", "ac\\u{202e}me"),
    ]);
    let unclear = json!({ "acme": "member", "acme!": "suspended" });
    ask_with_orgs("GET /orgs/acme/x", unclear).await.assert_denied(403, "excluded", &[]);
    ask_with_orgs("GET /anyone/globex", json!({ "acme!": "suspended" })).await.assert_denied(
        403,
        "excluded",
        &[],
    );
    // Another right under such a name does not exclude the caller.
    let other = json!({ "acme": "member", "acme!": "member" });
    ask_with_orgs("GET /orgs/acme/x", other).await.assert_is(200, "acme");
}

#[tokio::test]
async fn panic_in_canonical_is_500() {
    let (answer, events) = capture(ask_with_orgs("GET /orgs/panic/x", json!({}))).await;
    answer.assert_denied(500, "failed", &[]);
    assert_eq!((events.len(), events[0].target, events[0].level), (1, "authgate::gate", Level::ERROR));
    let answer = ask_with_orgs("GET /orgs/acme/x", json!({ "panic": "member" })).await;
    answer.assert_denied(500, "failed", &[]);
}

#[tokio::test]
async fn in_tenant_canonicalizes_the_name() {
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let known = async |orgs: Value| -> Authenticated<User> {
        let credentials = Credentials::bearer(&token(&json!({ "orgs": orgs }))).unwrap();
        gate.unauthenticated(credentials).authenticate().await.unwrap()
    };
    type Member = In<Org, role::Member>;
    type NotSuspended = Not<In<Org, role::Suspended>>;
    let caller = known(json!({ "acme": "member" })).await.in_tenant::<Org>(" ACME");
    assert_eq!(caller.context().tenant::<Org>(), Some("acme"));
    assert!(caller.authorize::<All<(Member, NotSuspended)>>().is_ok());
    let suspended = json!({ "ACME": "suspended" });
    let denial =
        known(suspended).await.in_tenant::<Org>("acme ").authorize_ref::<NotSuspended>().unwrap_err();
    assert_eq!(denial.reason().code(), "excluded");
    // A name without a canonical form removes the earlier tenant.
    let caller = known(json!({ "acme": "member" })).await.in_tenant::<Org>("acme").in_tenant::<Org>("a-b");
    assert_eq!(caller.context().tenant::<Org>(), None);
    assert_eq!(caller.authorize_ref::<Member>().unwrap_err().reason().code(), "role_missing");
    assert_eq!(caller.authorize_ref::<NotSuspended>().unwrap_err().reason().code(), "excluded");
}

#[tokio::test]
async fn manual_held_in_impl_gets_the_canonical_name() {
    struct ByHand;
    impl HasRightsIn<Role> for ByHand {
        fn held_in(&self, tenant: &str) -> u128 {
            u128::from(tenant == "acme")
        }
    }
    let gate = Gate::<User>::builder().scheme(bearer()).build().unwrap();
    let credentials = Credentials::bearer(&token(&json!({}))).unwrap();
    let caller = gate.unauthenticated(credentials).authenticate().await.unwrap();
    let context = caller.in_tenant::<Org>("ACME").context().clone();
    assert!(In::<Org, role::Member>::decide(&ByHand, &context).is_allowed());
    assert!(!Not::<In<Org, role::Member>>::decide(&ByHand, &context).is_allowed());
    assert!(Not::<In<Org, role::Suspended>>::decide(&ByHand, &context).is_allowed());
}
