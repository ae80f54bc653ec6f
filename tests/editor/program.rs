//! The program that is opened in rust-analyzer: a handler for each form of a rule.

use authgate::right::{Tenant, TenantFrom, TenantRoles};
use authgate::scheme::Bearer;
use authgate::{Authorized, Context, Decision, Granted, Policy, Resource, Roles, Scopes, public, requires};

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Editor,
    #[role(implies(Editor), name = "chief:editor")]
    Chief,
    #[role(implies(Chief), grants(Publish))]
    Admin,
}

#[derive(authgate::Scope)]
pub enum Scope {
    #[scope(name = "reports:write")]
    WriteReports,
}

#[derive(authgate::Permission)]
pub enum Permission {
    Publish,
}

#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, scope = Scope, permission = Permission)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
    #[principal(tenant_roles)]
    orgs: TenantRoles<Role>,
    #[principal(scopes)]
    scope: Scopes<Scope>,
}

pub struct Org;

impl Tenant for Org {
    const FROM: TenantFrom = TenantFrom::PathParameter("org");
}

#[derive(authgate::Right)]
#[right(principal = User)]
pub struct Active;

impl authgate::right::Requirement<User> for Active {
    fn decide(_: &User, _: &Context) -> Decision {
        Decision::Allow
    }
}

pub struct Note {
    pub title: String,
}

impl<S: Sync> Resource<S> for Note {
    type Key = u64;
    type Error = std::io::Error;

    async fn load(_: u64, _: &S) -> Result<Option<Self>, std::io::Error> {
        Ok(None)
    }
}

pub struct Owns;

impl Policy<Note> for Owns {
    type Principal = User;

    fn decide(_: &User, _: &Note) -> Decision {
        Decision::Allow
    }
}

#[requires(role = "admin")]
pub async fn role_by_name(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = Role::Admin)]
pub async fn role_by_variant(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(scope = "reports:write")]
pub async fn scope_by_name(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(scope = Scope::WriteReports)]
pub async fn scope_by_variant(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(permission = "publish")]
pub async fn permission_by_name(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = Role::Editor, scope = "reports:write")]
pub async fn two_keys(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(all(role = "chief:editor", any(scope = Scope::WriteReports, not(role = "viewer"))))]
pub async fn groups(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(any(role = "admin", scope = "reports:write"))]
pub async fn alternatives(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "editor", in = Org)]
pub async fn in_tenant(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(policy = Active)]
pub async fn own_requirement(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin", scheme = Bearer, fresh = "5m", factor = "otp")]
pub async fn login(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(fresh = "5m", principal = User)]
pub async fn principal_in_the_rule(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(scheme = Bearer)]
pub async fn principal_in_the_parameter(caller: Authorized<_, User>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin", conceal)]
pub async fn concealed(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(policy = Owns, on = Note)]
pub async fn granted(note: Granted<Owns, Note>) -> String {
    note.principal().sub.clone() + &note.title
}

#[requires(policy = Owns, on = Note)]
pub async fn granted_by_placeholder(note: Granted<_>) -> String {
    note.principal().sub.clone() + &note.title
}

#[requires(any(role = "admin", policy = Owns, on = Note))]
pub async fn granted_to_owner_or_admin(note: Granted<_, Note>) -> String {
    note.principal().sub.clone() + &note.title
}

#[requires(role = "editor", policy = Owns, on = Note, conceal)]
pub async fn granted_with_role(note: Granted<_, Note>) -> String {
    note.principal().sub.clone() + &note.title
}

#[requires(any(role = "admin", policy = Owns, on = Note))]
pub async fn without_the_resource(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
#[must_use]
#[allow(clippy::unused_async)]
pub async fn below_another_attribute(caller: Authorized<_>) -> String {
    caller.sub.clone()
}

#[requires(role = "admin")]
pub async fn no_parameter() -> String {
    let note = Note { title: String::new() };
    note.title.clone()
}

#[public(reason = "load balancer probe")]
pub async fn open() -> String {
    let note = Note { title: String::new() };
    note.title.clone()
}
