//! Permissions: granted by roles, allowed by scopes, and held directly.

use authgate::denial::ForbiddenReason;
use authgate::right::{HasRights, Marker, RightSet};
use authgate::routing::{get, post};
use authgate::{Authorized, Decision, Gate, Permissions, Principal, Roles, Router, Scopes};
use authgate_tests::app::bearer;
use authgate_tests::ask::ask_with;
use authgate_tests::token::token;
use proptest::prelude::*;
use serde_json::json;

/// The permissions that handlers require.
#[derive(authgate::Permission, Clone, Copy, Debug, PartialEq)]
enum Permission {
    #[permission(name = "reports:read")]
    ReportsRead,
    #[permission(name = "reports:write", implies(ReportsRead))]
    ReportsWrite,
    #[permission(name = "reports:purge", implies(ReportsWrite))]
    ReportsPurge,
    #[permission(name = "users:invite")]
    UsersInvite,
}

/// Roles as bundles of permissions.
#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    Guest,
    #[role(grants(ReportsRead))]
    Viewer,
    #[role(implies(Viewer), grants(ReportsWrite))]
    Editor,
    #[role(implies(Editor), grants(UsersInvite))]
    Lead,
    #[role(grants(ReportsPurge))]
    Janitor,
}

/// Scopes that limit what a token may be used for.
#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
enum Scope {
    #[scope(name = "reports.read", allows(ReportsRead))]
    Read,
    #[scope(name = "reports.all", allows(ReportsPurge))]
    All,
    #[scope(name = "admin", implies(All), allows(UsersInvite))]
    Admin,
    Profile,
}

/// Holds the permissions of its roles, and further permissions directly.
#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, permission = Permission)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(permissions)]
    #[serde(default)]
    permissions: Permissions<Permission>,
}

/// Holds the permissions of its roles, limited by the token's scopes if the token has a scope
/// claim.
#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, foreign, scope = Scope, permission = Permission, limited, foreign)]
struct Delegate {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Option<Scopes<Scope>>,
}

/// Like `Delegate`, but a token without a scope claim allows nothing.
#[derive(authgate::Principal, serde::Deserialize)]
#[principal(role = Role, foreign, scope = Scope, foreign, permission = Permission, foreign, limited)]
struct Strict {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

/// A manual impl with only the bit set.
struct ByHand(u128);

impl HasRights<Permission> for ByHand {
    fn held(&self) -> u128 {
        self.0
    }
}

async fn publish(by: Authorized<permission::ReportsWrite>) -> String {
    format!("by {}", by.sub)
}

async fn delegated(by: Authorized<permission::ReportsWrite, Delegate>) -> String {
    format!("for {}", by.sub)
}

async fn strict(by: Authorized<permission::ReportsWrite, Strict>) -> String {
    format!("for {}", by.sub)
}

#[derive(Clone, axum::extract::FromRef)]
struct App {
    user: Gate<User>,
    delegate: Gate<Delegate>,
    strict: Gate<Strict>,
}

fn gate<P: Principal + serde::de::DeserializeOwned>() -> Gate<P> {
    Gate::builder().scheme(bearer()).build().unwrap()
}

fn routes() -> Router<App> {
    Router::new()
        .route("/publish", post(publish))
        .route("/delegated", get(delegated))
        .route("/strict", get(strict))
}

fn app() -> axum::Router {
    routes().with_state(App { user: gate(), delegate: gate(), strict: gate() })
}

#[tokio::test]
async fn permission_is_granted_by_any_role_of_the_caller() {
    let app = app();
    for (roles, allowed) in [
        (json!(["editor"]), true),
        (json!(["lead"]), true),
        (json!(["guest", "janitor"]), true),
        (json!("janitor"), true),
        (json!("guest janitor"), false),
        (json!(["viewer"]), false),
        (json!(["guest"]), false),
        (json!(["reports:write", "nobody"]), false),
        (json!(null), false),
    ] {
        let answer = ask_with(&app, "POST /publish", &token(&json!({ "roles": roles }))).await;
        if allowed {
            answer.assert_is(200, "by vera");
        } else {
            answer.assert_denied(403, "permission_missing", &[]);
        }
    }
}

#[tokio::test]
async fn permission_can_be_held_directly() {
    let app = app();
    let answer = ask_with(&app, "POST /publish", &token(&json!({ "permissions": ["reports:purge"] }))).await;
    answer.assert_is(200, "by vera");
    let single = json!({ "permissions": "reports:purge" });
    ask_with(&app, "POST /publish", &token(&single)).await.assert_is(200, "by vera");
    let joined = json!({ "permissions": "users:invite reports:purge" });
    ask_with(&app, "POST /publish", &token(&joined)).await.assert_denied(403, "permission_missing", &[]);
    let less = json!({ "permissions": ["reports:read", "users:invite", "reports"], "roles": ["viewer"] });
    ask_with(&app, "POST /publish", &token(&less)).await.assert_denied(403, "permission_missing", &[]);
}

#[tokio::test]
async fn delegated_token_needs_both_an_allowing_scope_and_a_granting_role() {
    let app = app();
    let another = ["Bearer realm=\"api\", error=\"insufficient_scope\", scope=\"reports.all\""];
    for (line, without_a_word) in [("GET /delegated", true), ("GET /strict", false)] {
        let ask = |claims| {
            let app = &app;
            async move { ask_with(app, line, &token(&claims)).await }
        };
        for scope in ["reports.all", "profile admin"] {
            ask(json!({ "roles": ["editor"], "scope": scope })).await.assert_is(200, "for vera");
        }
        for scope in ["reports.read", "profile", "", "reports:write"] {
            let answer = ask(json!({ "roles": ["editor"], "scope": scope })).await;
            answer.assert_denied(403, "scope_missing", &another);
        }
        // Another token would not help a caller without a role that grants the permission.
        for scope in [json!("reports.all"), json!("reports.read"), json!(null)] {
            let answer = ask(json!({ "roles": ["viewer"], "scope": scope })).await;
            answer.assert_denied(403, "permission_missing", &[]);
        }
        let answer = ask(json!({ "roles": ["editor"] })).await;
        if without_a_word {
            answer.assert_is(200, "for vera");
        } else {
            assert_eq!((answer.status.as_u16(), answer.reason().as_str()), (403, "scope_missing"));
        }
    }
}

#[test]
fn access_table_shows_permissions() {
    let table = routes().access().to_string();
    assert_eq!(table.matches("permission:reports:write").count(), 3, "{table}");
}

#[test]
fn manual_has_rights_impl_needs_only_held() {
    assert_eq!(ByHand(0b100).holds::<permission::ReportsRead>(), Decision::Allow);
    assert_eq!(
        ByHand(0b1000).holds::<permission::ReportsRead>(),
        Decision::Deny(ForbiddenReason::Permission)
    );
}

#[test]
fn permissions_serialize_and_parse_as_names() {
    let held: Permissions<Permission> =
        serde_json::from_str(r#"["reports:read", "users:invite", "nothing"]"#).unwrap();
    assert_eq!(serde_json::to_string(&held).unwrap(), "[\"reports:read\",\"users:invite\"]");
    assert_eq!(held.to_string(), "reports:read users:invite");
    assert_eq!("users:invite".parse(), Ok(Permission::UsersInvite));
    assert_eq!(
        "x".parse::<Permission>().unwrap_err().to_string().split(':').next(),
        Some("unknown permission")
    );
}

/// Returns the permissions of a role or scope, listed by hand.
fn granted(role: Role) -> Vec<Permission> {
    match role {
        Role::Guest => vec![],
        Role::Viewer => vec![Permission::ReportsRead],
        Role::Editor => [granted(Role::Viewer), implied(Permission::ReportsWrite)].concat(),
        Role::Lead => [granted(Role::Editor), vec![Permission::UsersInvite]].concat(),
        Role::Janitor => implied(Permission::ReportsPurge),
    }
}

fn allowed(scope: Scope) -> Vec<Permission> {
    match scope {
        Scope::Read => vec![Permission::ReportsRead],
        Scope::All => implied(Permission::ReportsPurge),
        Scope::Admin => [allowed(Scope::All), vec![Permission::UsersInvite]].concat(),
        Scope::Profile => vec![],
    }
}

fn implied(permission: Permission) -> Vec<Permission> {
    match permission {
        Permission::ReportsRead | Permission::UsersInvite => vec![permission],
        Permission::ReportsWrite => vec![permission, Permission::ReportsRead],
        Permission::ReportsPurge => [vec![permission], implied(Permission::ReportsWrite)].concat(),
    }
}

fn members<T: RightSet>(bits: u128) -> Vec<T> {
    (0..T::NAMES.len()).filter(|at| bits >> at & 1 == 1).filter_map(T::at).collect()
}

fn assert_held<M: Marker<Set = Permission>, P: HasRights<Permission>>(
    at: usize,
    by: &P,
    granted: &[Permission],
    allowed: &[Permission],
) {
    let asked = Permission::at(at).unwrap();
    let expected = match (granted.contains(&asked), allowed.contains(&asked)) {
        (true, true) => Decision::Allow,
        (true, false) => Decision::Deny(ForbiddenReason::Scope),
        (false, _) => Decision::Deny(ForbiddenReason::Permission),
    };
    assert_eq!(by.holds::<M>(), expected, "{asked}");
    let held = P::with_implied(by.held());
    assert_eq!(held >> at & 1 == 1, expected.is_allowed(), "{asked}");
}

fn assert_all_held<P: HasRights<Permission>>(by: &P, granted: &[Permission], allowed: &[Permission]) {
    assert_held::<permission::ReportsRead, P>(0, by, granted, allowed);
    assert_held::<permission::ReportsWrite, P>(1, by, granted, allowed);
    assert_held::<permission::ReportsPurge, P>(2, by, granted, allowed);
    assert_held::<permission::UsersInvite, P>(3, by, granted, allowed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn held_permissions_equal_a_naive_walk_of_the_bundles(
        roles in 0u128..1 << 5,
        scopes in prop::option::of(0u128..1 << 4),
        own in 0u128..1 << 4,
    ) {
        let all = [Permission::ReportsRead, Permission::ReportsWrite, Permission::ReportsPurge, Permission::UsersInvite];
        let roles: Vec<Role> = members(roles);
        let of_roles: Vec<_> = roles.iter().copied().flat_map(granted).collect();
        let permissions: Vec<Permission> = members(own);
        let of_all: Vec<_> = permissions.iter().copied().flat_map(implied).chain(of_roles.clone()).collect();
        let sub = String::new();
        let user = User { sub, roles: roles.iter().copied().collect(), permissions: permissions.into_iter().collect() };
        assert_all_held(&user, &of_all, &all);

        let scope = scopes.map(members::<Scope>);
        let limit = scope.clone().map_or(all.to_vec(), |scope| scope.into_iter().flat_map(allowed).collect());
        let sub = String::new();
        let scopes = scope.clone().map(|scope| scope.into_iter().collect());
        let delegate = Delegate { sub, roles: roles.iter().copied().collect(), scope: scopes };
        assert_all_held(&delegate, &of_roles, &limit);

        let scope = scope.unwrap_or_default();
        let limit: Vec<_> = scope.iter().copied().flat_map(allowed).collect();
        let strict =
            Strict { sub: String::new(), roles: roles.into_iter().collect(), scope: scope.into_iter().collect() };
        assert_all_held(&strict, &of_roles, &limit);
    }
}
