//! The event of a 403 tells the operator which rights the caller holds.

use authgate::right::{Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::scheme::{Answer, Wrapped};
use authgate::{Authorized, Gate, Principal, Roles, Router, Scopes, requires};
use authgate_tests::app::User;
use authgate_tests::ask::ask;
use authgate_tests::scheme::Ticket;

use super::capture::capture;

#[derive(Clone, Copy, authgate::Role)]
enum Role {
    Clerk,
    #[role(implies(Clerk))]
    Chief,
}

#[derive(Clone, Copy, authgate::Role)]
enum OrgRole {
    Member,
    #[role(implies(Member))]
    Owner,
}

#[derive(authgate::Scope)]
enum Scope {
    #[scope(name = "files:read")]
    Read,
    #[scope(name = "files:write")]
    Write,
}

#[derive(Principal)]
#[principal(role = Role, tenant_role = OrgRole, scope = Scope)]
struct Member {
    #[principal(id)]
    name: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(tenant_roles)]
    orgs: TenantRoles<OrgRole>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[requires(role = OrgRole::Owner, in = Org)]
async fn own(_: Authorized<_>) {}

#[requires(scope = Scope::Write)]
async fn write(_: Authorized<_>) {}

async fn held(path: &str, member: impl Fn() -> Member + Send + Sync + 'static) -> Option<String> {
    let scheme = Wrapped::new(Ticket::new("Ticket"), move |answer: Answer<User>, _| {
        let member = member();
        answer.map(|_| member)
    });
    let gate = Gate::builder().scheme(scheme).build().unwrap();
    let app = Router::new().route("/orgs/{org}", get(own)).route("/files", get(write)).with_state(gate);
    let line = format!("GET {path}");
    let (answer, mut events) = capture(ask(&app, &line, &[("authorization", "Ticket ada")])).await;
    assert_eq!((answer.status.as_u16(), events.len()), (403, 1));
    assert!(!answer.body.contains("acme"), "{}", answer.body);
    events[0].take("holds")
}

fn member(orgs: impl IntoIterator<Item = (String, OrgRole)>) -> Member {
    let orgs = orgs.into_iter().map(|(org, role)| (org, [role].into_iter().collect()));
    Member {
        name: "ada".into(),
        roles: [Role::Chief].into_iter().collect(),
        orgs: orgs.collect(),
        scopes: [Scope::Read].into_iter().collect(),
    }
}

#[tokio::test]
async fn roles_scopes_and_roles_in_tenants_are_listed() {
    let orgs = || [("acme".to_owned(), OrgRole::Owner), ("globex".to_owned(), OrgRole::Member)];
    let expected = "role:chief, role:owner in acme, role:member in globex, scope:files:read";
    assert_eq!(held("/orgs/globex", move || member(orgs())).await.as_deref(), Some(expected));
    assert_eq!(held("/files", move || member(orgs())).await.as_deref(), Some(expected));
    let nothing = || Member {
        name: "ada".into(),
        roles: Roles::default(),
        orgs: TenantRoles::none(),
        scopes: Scopes::default(),
    };
    assert_eq!(held("/files", nothing).await.as_deref(), Some(""));
}

#[tokio::test]
async fn ten_thousand_tenants_and_hostile_names_stay_on_one_short_line() {
    let hostile = || member([("a\nb\u{1b}[2J\u{202e}".to_owned(), OrgRole::Member)]);
    let found = held("/files", hostile).await.unwrap();
    assert!(found.contains("role:member in a\\nb\\u{1b}[2J\\u{202e}, scope"), "{found}");
    let many = || member((0..10_000).map(|number| (format!("{number}"), OrgRole::Member)));
    let found = held("/files", many).await.unwrap();
    assert!(found.starts_with("role:chief, role:member in 0, ") && found.len() < 300, "{found}");
}
