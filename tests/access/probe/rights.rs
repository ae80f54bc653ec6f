//! Permissions limited by scopes, tenants from every source, and two kinds of callers.

use std::borrow::Cow;

use authgate::access::document::Document;
use authgate::access::lock::Lock;
use authgate::right::{Any, In, Not, Tenant, TenantFrom, TenantRoles};
use authgate::routing::get;
use authgate::testing::TestGate;
use authgate::{Authenticated, Authorized, Gate, Permissions, Roles, Router, Scopes};
use axum::extract::FromRef;

use super::probe_own_lock;

#[derive(authgate::Permission, Clone, Copy, Debug, PartialEq)]
pub(super) enum Permission {
    Read,
    #[permission(implies(Read))]
    Write,
    Invite,
}

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
pub(super) enum Role {
    Guest,
    #[role(grants(Read))]
    Member,
    #[role(implies(Member), grants(Write, Invite))]
    Chief,
}

#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
pub(super) enum Scope {
    #[scope(allows(Read))]
    Reading,
    #[scope(implies(Reading), allows(Write))]
    Writing,
    Profile,
}

/// A principal whose token has an optional scope claim. Without the claim, its permissions are not
/// limited.
#[derive(authgate::Principal)]
#[principal(role = Role, scope = Scope, permission = Permission, limited)]
pub(super) struct Delegate {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(tenant_roles)]
    orgs: TenantRoles<Role>,
    #[principal(scopes)]
    scope: Option<Scopes<Scope>>,
    #[principal(permissions)]
    permissions: Permissions<Permission>,
}

/// A principal whose permissions are always limited by scopes.
#[derive(authgate::Principal)]
#[principal(role = Role, foreign, scope = Scope, foreign, permission = Permission, foreign, limited)]
pub(super) struct Strict {
    #[principal(id)]
    serial: u64,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scope: Scopes<Scope>,
}

/// A principal whose permissions are never limited by scopes.
#[derive(authgate::Principal)]
#[principal(role = Role, foreign, scope = Scope, foreign, permission = Permission, foreign)]
pub(super) struct Free {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(scopes)]
    scope: Scopes<Scope>,
}

struct Org;
impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

struct Site;
impl Tenant for Site {
    const FROM: TenantFrom = TenantFrom::Subdomain("example.com");
}

struct Account;
impl Tenant for Account {
    const FROM: TenantFrom = TenantFrom::HeaderField("x-account");
}

/// Tenants with lowercase names.
struct Team;
impl Tenant for Team {
    const FROM: TenantFrom = TenantFrom::PathParameter("team");
    const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> = Some(|name| Some(name.to_lowercase().into()));
}

/// Tenants with numeric names, with or without leading zeros.
struct Branch;
impl Tenant for Branch {
    const FROM: TenantFrom = TenantFrom::HeaderField("x-branch");
    const CANONICAL: Option<fn(&str) -> Option<Cow<'_, str>>> =
        Some(|name| Some(name.parse::<u64>().ok()?.to_string().into()));
}

#[derive(Clone, FromRef)]
pub(super) struct Two {
    delegates: Gate<Delegate>,
    strict: Gate<Strict>,
    free: Gate<Free>,
}

pub(super) fn two() -> Two {
    Two { delegates: TestGate::new().gate(), strict: TestGate::new().gate(), free: TestGate::new().gate() }
}

async fn write(_: Authorized<permission::Write, Delegate>) {}
pub(super) async fn read_strictly(_: Authorized<permission::Read, Strict>) {}
async fn invite_or_chief(_: Authorized<Any<(permission::Invite, role::Chief)>, Delegate>) {}
async fn read_freely(_: Authorized<permission::Read, Free>) {}
async fn not_reading(_: Authorized<Not<permission::Read>, Delegate>) {}
async fn in_org(_: Authorized<In<Org, role::Chief>, Delegate>) {}
async fn at_site(_: Authorized<In<Site, role::Member>, Delegate>) {}
async fn of_account(_: Authorized<In<Account, role::Member>, Delegate>) {}
async fn writes_in(_: Authorized<In<Org, permission::Write>, Delegate>) {}
async fn in_team(_: Authorized<In<Team, role::Chief>, Delegate>) {}
async fn not_in_team(_: Authorized<Not<In<Team, role::Guest>>, Delegate>) {}
async fn in_branch(_: Authorized<In<Branch, permission::Read>, Delegate>) {}
async fn not_in_branch(_: Authorized<Not<In<Branch, role::Guest>>, Delegate>) {}
pub(super) async fn strict_me(_: Authenticated<Strict>) {}

#[tokio::test]
async fn permissions_scopes_and_tenants_of_several_principals_pass() {
    let router: Router<Two> = Router::new()
        .route("/write", get(write))
        .route("/strict", get(read_strictly))
        .route("/freely", get(read_freely))
        .route("/invite", get(invite_or_chief))
        .route("/not-reading", get(not_reading))
        .route("/orgs/{org}", get(in_org).post(writes_in))
        .route("/site", get(at_site))
        .route("/account", get(of_account))
        .route("/serial", get(strict_me));
    probe_own_lock(router, two()).await.assert_clean();
}

#[tokio::test]
async fn canonical_tenants_pass() {
    let routes = || {
        Router::new()
            .route("/teams/{team}", get(in_team).post(not_in_team))
            .route("/branch", get(in_branch).post(not_in_branch))
            .route("/orgs/{org}", get(in_org))
    };
    probe_own_lock(routes(), two()).await.assert_clean();
    let table = Router::<Two>::access(&routes());
    let lock = table.lock();
    let tenants: Vec<_> = lock.rights().iter().filter(|right| right.kind() == "tenant").collect();
    assert_eq!(
        tenants.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["tenant Branch canonical", "tenant Team canonical"]
    );
    assert_eq!(Lock::parse(&lock.to_string()).unwrap(), lock);
    let document = Document::parse(&table.document().to_json()).unwrap();
    assert_eq!(document.lock().unwrap(), lock);
}
