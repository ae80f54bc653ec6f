//! The meaning of a lock is what the router enforces. The tests compare both for every possible
//! caller.

use authgate::access::Rule;
use authgate::access::lock::Lock;
use authgate::right::{All, Any, Not, RightSet as _};
use authgate::routing::{get, post};
use authgate::{Authorized, Gate, Permissions, Principal, Roles, Router, Scopes};
use authgate_tests::app::bearer;
use authgate_tests::ask::ask_with;
use authgate_tests::token::token;
use axum::extract::FromRef;
use serde_json::{Value, json};

#[derive(authgate::Permission, Clone, Copy, Debug, PartialEq)]
enum Permission {
    Read,
    #[permission(implies(Read))]
    Write,
    #[permission(implies(Write))]
    Purge,
    Invite,
}

#[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
enum Role {
    #[role(grants(Read))]
    Viewer,
    #[role(implies(Viewer), grants(Read, Write))]
    Editor,
    #[role(implies(Editor, Viewer), grants(Invite))]
    Lead,
    #[role(grants(Purge))]
    Janitor,
}

#[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
enum Scope {
    #[scope(allows(Read))]
    Look,
    #[scope(implies(Look), allows(Purge))]
    All,
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

/// Holds the permissions of its roles, limited by the scopes.
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

#[derive(Clone, FromRef)]
struct App {
    user: Gate<User>,
    delegate: Gate<Delegate>,
}

fn gate<P: Principal + serde::de::DeserializeOwned>() -> Gate<P> {
    Gate::builder().scheme(bearer()).build().unwrap()
}

type Mixed = Any<(All<(role::Viewer, permission::Invite)>, permission::Purge)>;
type Without = All<(permission::Write, Not<role::Janitor>)>;

async fn invite(_: Authorized<permission::Invite>) {}
async fn write(_: Authorized<permission::Write>) {}
async fn mixed(_: Authorized<Mixed>) {}
async fn without(_: Authorized<Without>) {}
async fn lead(_: Authorized<role::Lead>) {}
async fn delegated_read(_: Authorized<permission::Read, Delegate>) {}
async fn delegated_mixed(_: Authorized<Mixed, Delegate>) {}
async fn delegated_without(_: Authorized<Without, Delegate>) {}
async fn look(_: Authorized<All<(scope::Look, role::Editor)>, Delegate>) {}

fn user_routes() -> Router<App> {
    Router::new()
        .route("/invite", get(invite))
        .route("/write", get(write))
        .route("/mixed", get(mixed))
        .route("/without", get(without))
        .route("/lead", get(lead))
}

fn delegate_routes() -> Router<App> {
    Router::new()
        .route("/read", get(delegated_read))
        .route("/mixed", post(delegated_mixed))
        .route("/without", post(delegated_without))
        .route("/look", get(look))
}

/// A caller, described by its rights.
struct Caller {
    roles: Vec<&'static str>,
    /// `None` if the credential has no scope claim.
    scopes: Option<Vec<&'static str>>,
    permissions: Vec<&'static str>,
}

impl Caller {
    fn token(&self) -> String {
        let scopes = self.scopes.as_ref().map_or(Value::Null, |scopes| json!(scopes.join(" ")));
        token(&json!({ "roles": self.roles, "permissions": self.permissions, "scope": scopes }))
    }

    /// Returns `true` if the caller satisfies this leaf of a rule according to the lock.
    fn satisfies_leaf(&self, lock: &Lock, leaf: &Rule) -> bool {
        let Rule::Held { right, tenant: None } = leaf else { panic!("{leaf}") };
        let (kind, name) = (right.kind(), right.name());
        let given = |names: &[&'static str]| names.to_vec();
        match kind {
            "role" => lock.held(kind, given(&self.roles)).contains(name),
            "scope" => {
                self.scopes.as_ref().is_some_and(|scopes| lock.held(kind, given(scopes)).contains(name))
            }
            _ => {
                let own = lock.held(kind, given(&self.permissions));
                let has = lock.granted(given(&self.roles)).contains(name) || own.contains(name);
                let may = |scopes: &Vec<&'static str>| lock.allowed(given(scopes)).contains(name);
                has && (!lock.limits_permissions() || self.scopes.as_ref().is_none_or(may))
            }
        }
    }
}

/// Returns every subset of the names.
fn subsets(names: &'static [&'static str]) -> impl Iterator<Item = Vec<&'static str>> {
    (0..1u32 << names.len()).map(|bits| {
        let chosen = names.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
        chosen.map(|(_, name)| *name).collect()
    })
}

async fn assert_enforced(routes: Router<App>, callers: impl Iterator<Item = Caller>) {
    let text = routes.access().lock().to_string();
    let lock = Lock::parse(&text).unwrap();
    let app = routes.with_state(App { user: gate(), delegate: gate() });
    let mut let_in = 0;
    for caller in callers {
        let token = caller.token();
        for route in lock.routes() {
            let rule = route.access().rule().unwrap();
            let expected = rule.decide(&mut |leaf| Some(caller.satisfies_leaf(&lock, leaf))).unwrap();
            let answer = ask_with(&app, &format!("{} {}", route.method(), route.path()), &token).await;
            let Caller { roles, scopes, permissions } = &caller;
            let who = format!("{roles:?} {scopes:?} {permissions:?}");
            assert_eq!(answer.status.as_u16(), if expected { 200 } else { 403 }, "{route}: {who}\n{text}");
            let_in += usize::from(expected);
        }
    }
    assert!(let_in > 50, "{let_in}");
}

#[tokio::test]
async fn router_enforces_the_roles_of_the_lock() {
    let routes = user_routes();
    let rights: Vec<_> = routes.access().lock().rights().iter().map(ToString::to_string).collect();
    assert_eq!(
        rights,
        [
            "role viewer grants read",
            "role editor > viewer grants write",
            "role lead > editor grants invite",
            "role janitor grants purge",
            "permission read",
            "permission write > read",
            "permission purge > write",
            "permission invite",
        ]
    );
    let callers = subsets(Role::NAMES).flat_map(|roles| {
        subsets(Permission::NAMES).map(move |permissions| Caller {
            roles: roles.clone(),
            scopes: None,
            permissions,
        })
    });
    assert_enforced(routes, callers).await;
}

fn delegates() -> impl Iterator<Item = Caller> {
    subsets(Role::NAMES).flat_map(|roles| {
        let scopes = subsets(Scope::NAMES).map(Some).chain([None]);
        scopes.map(move |scopes| Caller { roles: roles.clone(), scopes, permissions: Vec::new() })
    })
}

#[tokio::test]
async fn router_enforces_the_scopes_of_the_lock() {
    let routes = delegate_routes();
    let rights: Vec<_> = routes.access().lock().rights().iter().map(ToString::to_string).collect();
    assert_eq!(
        rights[4..],
        [
            "scope look allows read",
            "scope all > look allows purge",
            "scope profile",
            "permission read",
            "permission write > read",
            "permission purge > write",
            "permission invite",
        ]
    );
    assert_enforced(routes, delegates()).await;
}

/// One router with both principals.
#[tokio::test]
async fn principal_without_scopes_is_not_limited_by_another_principal() {
    let both = user_routes().merge(delegate_routes());
    let lock = both.access().lock();
    assert!(lock.limits_permissions());
    let of_users: Vec<_> =
        lock.routes().iter().filter(|route| route.to_string().ends_with(" as User")).collect();
    assert_eq!(of_users.len(), 5);
    let app = both.with_state(App { user: gate(), delegate: gate() });
    for roles in subsets(Role::NAMES) {
        let caller = Caller { roles, scopes: None, permissions: Vec::new() };
        for route in &of_users {
            let expected = route
                .access()
                .rule()
                .unwrap()
                .decide(&mut |leaf| Some(caller.satisfies_leaf(&lock, leaf)))
                .unwrap();
            let answer =
                ask_with(&app, &format!("{} {}", route.method(), route.path()), &caller.token()).await;
            assert_eq!(answer.status == 200, expected, "{route}: {:?}", caller.roles);
        }
    }
}
