//! Different types with the same name, and their names in the lock.

use authgate::access::lock::Lock;
use authgate::right::{In, Requirement};
use authgate::routing::{get, post};
use authgate::{Authenticated, Authorized, Decision, Granted, Policy, Resource, Router};
use axum::extract::FromRef;

/// Declares a module whose types have the same names as those of the other modules.
macro_rules! department {
    ($module:ident, $roles:ident, $markers:ident) => {
        mod $module {
            use super::*;

            #[allow(clippy::enum_variant_names, reason = "a role that is called `role`")]
            #[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
            pub(super) enum $roles {
                Member,
                #[role(implies(Member), name = "a>b")]
                Admin,
                $roles,
            }

            #[derive(authgate::Scope, Clone, Copy, Debug, PartialEq)]
            pub(super) enum Scope {
                Read,
            }

            #[derive(authgate::Principal, serde::Deserialize)]
            #[principal(role = $roles, scope = Scope)]
            pub(super) struct User {
                #[principal(id)]
                sub: String,
                #[principal(roles)]
                roles: authgate::Roles<$roles>,
                #[principal(scopes)]
                scopes: authgate::Scopes<Scope>,
            }

            #[derive(authgate::Right)]
            #[right(principal = User)]
            pub(super) struct Active;

            impl Requirement<User> for Active {
                fn decide(_: &User, _: &authgate::Context) -> Decision {
                    Decision::Allow
                }
            }

            #[allow(dead_code, reason = "not every department has its handlers")]
            pub(super) struct Org;

            impl authgate::right::Tenant for Org {
                const FROM: authgate::right::TenantFrom = authgate::right::TenantFrom::PathParameter("org");
            }

            pub(super) struct Report;

            impl Resource<App> for Report {
                type Key = u64;
                type Error = std::convert::Infallible;

                async fn load(_: u64, _: &App) -> Result<Option<Self>, Self::Error> {
                    Ok(None)
                }
            }

            pub(super) struct CanEdit;

            impl Policy<Report> for CanEdit {
                type Principal = User;
                fn decide(_: &User, _: &Report) -> Decision {
                    Decision::Allow
                }
            }

            async fn me(_: Authenticated<User>) {}
            async fn member(_: Authorized<$markers::Member>) {}
            async fn admin(_: Authorized<$markers::Admin>) {}
            async fn reads(_: Authorized<scope::Read>) {}
            async fn active(_: Authorized<Active>) {}
            async fn edit(_: Granted<CanEdit, Report>) {}

            pub(super) fn routes() -> Router<App> {
                Router::new()
                    .route("/me", get(me))
                    .route("/member", get(member).post(admin))
                    .route("/reads", get(reads))
                    .route("/active", get(active))
                    .route("/reports/{id}", get(edit))
            }
        }
    };
}

department!(sales, Role, role);
department!(support, Role, role);
department!(board, Seat, seat);

#[derive(Clone, FromRef)]
struct App {
    sales: authgate::Gate<sales::User>,
    support: authgate::Gate<support::User>,
    board: authgate::Gate<board::User>,
}

/// Returns the lines of the lock below a path.
fn route_lines(lock: &Lock, below: &str) -> Vec<String> {
    let of_it = lock.routes().iter().filter(|route| route.path().starts_with(below));
    of_it
        .map(|route| {
            format!("{} {} {}", route.method(), route.path().trim_start_matches(below), route.access())
        })
        .collect()
}

fn rights(lock: &Lock) -> Vec<String> {
    lock.rights().iter().map(ToString::to_string).collect()
}

#[test]
fn unique_names_are_written_short() {
    let lock = sales::routes().access().lock();
    assert_eq!(
        rights(&lock),
        [
            "role member",
            "role \"a>b\" > member",
            "role role",
            "scope read",
            "policy Active = access::lock::names::sales::Active",
            "policy CanEdit = access::lock::names::sales::CanEdit on access::lock::names::sales::Report",
        ]
    );
    assert_eq!(
        route_lines(&lock, "/"),
        [
            "GET active policy:Active",
            "GET me authenticated User",
            "GET member role:member",
            "POST member role:\"a>b\"",
            "GET reads scope:read",
            "GET reports/{id} policy:CanEdit on Report",
        ]
    );
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
}

#[test]
fn shared_names_are_qualified_by_type_or_path() {
    let both = Router::new().nest("/sales", sales::routes()).nest("/board", board::routes());
    let lock = both.access().lock();
    assert_eq!(
        rights(&lock),
        [
            "role Seat::member",
            "role \"Seat::a>b\" > Seat::member",
            "role seat",
            "role Role::member",
            "role \"Role::a>b\" > Role::member",
            "role role",
            "scope access::lock::names::board::Scope::read",
            "scope access::lock::names::sales::Scope::read",
            "policy access::lock::names::board::Active = access::lock::names::board::Active",
            "policy access::lock::names::board::CanEdit = access::lock::names::board::CanEdit on \
             access::lock::names::board::Report",
            "policy access::lock::names::sales::Active = access::lock::names::sales::Active",
            "policy access::lock::names::sales::CanEdit = access::lock::names::sales::CanEdit on \
             access::lock::names::sales::Report",
        ]
    );
    for module in ["sales", "board"] {
        let (roles, of) =
            (if module == "board" { "Seat" } else { "Role" }, format!("access::lock::names::{module}"));
        assert_eq!(
            route_lines(&lock, &format!("/{module}/")),
            [
                format!("GET active policy:{of}::Active as {of}::User"),
                format!("GET me authenticated {of}::User"),
                format!("GET member role:{roles}::member as {of}::User"),
                format!("POST member role:\"{roles}::a>b\" as {of}::User"),
                format!("GET reads scope:{of}::Scope::read as {of}::User"),
                format!("GET reports/{{id}} policy:{of}::CanEdit on {of}::Report as {of}::User"),
            ]
        );
    }
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
}

#[test]
fn sets_with_the_same_name_are_qualified_by_module() {
    let all = Router::new()
        .nest("/sales", sales::routes())
        .nest("/support", support::routes())
        .nest("/board", board::routes());
    let lock = all.access().lock();
    let of = "access::lock::names::";
    assert_eq!(
        rights(&lock)[..9],
        [
            "role Seat::member".to_owned(),
            "role \"Seat::a>b\" > Seat::member".to_owned(),
            "role seat".to_owned(),
            format!("role {of}sales::Role::member"),
            format!("role \"{of}sales::Role::a>b\" > {of}sales::Role::member"),
            format!("role {of}sales::Role::role"),
            format!("role {of}support::Role::member"),
            format!("role \"{of}support::Role::a>b\" > {of}support::Role::member"),
            format!("role {of}support::Role::role"),
        ]
    );
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock.clone()));
    // The order of registration does not matter.
    let other = Router::new()
        .nest("/board", board::routes())
        .nest("/support", support::routes())
        .nest("/sales", sales::routes());
    assert_eq!(other.access().lock().to_string(), lock.to_string());
}

#[test]
fn tenants_with_the_same_name_are_qualified_by_module() {
    async fn one(_: Authorized<In<sales::Org, shared::role::Admin>>) {}
    async fn other(_: Authorized<In<support::Org, shared::role::Admin>>) {}

    let table = |routes: Router<shared::App>| routes.access().lock();
    let lock = table(Router::new().route("/{org}/one", get(one)));
    assert_eq!(route_lines(&lock, "/"), ["GET {org}/one role:admin in Org"]);
    let lock = table(Router::new().route("/{org}/one", get(one)).route("/{org}/other", post(other)));
    assert_eq!(
        route_lines(&lock, "/{org}/"),
        [
            "GET one role:admin in access::lock::names::sales::Org",
            "POST other role:admin in access::lock::names::support::Org",
        ]
    );
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
}

/// Two principals that hold roles of one set, each with a separate role field.
mod shared {
    use super::*;

    #[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
    pub(super) enum Role {
        Member,
        #[role(implies(Member))]
        Admin,
    }

    #[derive(authgate::Principal, serde::Deserialize)]
    #[principal(role = Role)]
    pub(super) struct User {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        roles: authgate::Roles<Role>,
        #[principal(tenant_roles)]
        orgs: authgate::right::TenantRoles<Role>,
    }

    #[derive(authgate::Principal, serde::Deserialize)]
    #[principal(role = Role, foreign)]
    pub(super) struct Machine {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        roles: authgate::Roles<Role>,
    }

    #[derive(Clone, FromRef)]
    pub(super) struct App {
        user: authgate::Gate<User>,
        machine: authgate::Gate<Machine>,
    }
}

#[test]
fn principals_with_a_shared_role_set_are_named_on_their_routes() {
    async fn user(_: Authorized<shared::role::Member>) {}
    async fn machine(_: Authorized<shared::role::Member, shared::Machine>) {}
    async fn any_machine(_: Authenticated<shared::Machine>) {}

    let routes: Router<shared::App> =
        Router::new().route("/a", get(user).post(machine)).route("/b", get(any_machine));
    let lock = routes.access().lock();
    assert_eq!(rights(&lock), ["role member", "role admin > member"]);
    assert_eq!(
        route_lines(&lock, "/"),
        ["GET a role:member as User", "POST a role:member as Machine", "GET b authenticated Machine"]
    );
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
}

/// Names that look like the names that the lock generates.
mod sly {
    #[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
    pub(super) enum Staff {
        Admin,
        #[role(name = "Guest::admin")]
        Other,
    }

    #[derive(authgate::Principal, serde::Deserialize)]
    #[principal(role = Staff)]
    pub(super) struct User {
        #[principal(id)]
        sub: String,
        #[principal(roles)]
        roles: authgate::Roles<Staff>,
    }
}

#[test]
fn name_that_looks_qualified_is_not_ambiguous() {
    mod guest {
        #[derive(authgate::Role, Clone, Copy, Debug, PartialEq)]
        pub(super) enum Guest {
            Admin,
        }

        #[derive(authgate::Principal, serde::Deserialize)]
        #[principal(role = Guest)]
        pub(super) struct Visitor {
            #[principal(id)]
            sub: String,
            #[principal(roles)]
            roles: authgate::Roles<Guest>,
        }
    }

    async fn staff(_: Authenticated<sly::User>) {}
    async fn visitor(_: Authorized<guest::guest::Admin>) {}

    #[derive(Clone, FromRef)]
    struct Both {
        one: authgate::Gate<sly::User>,
        other: authgate::Gate<guest::Visitor>,
    }

    let lock = Router::<Both>::new().route("/", get(staff).post(visitor)).access().lock();
    assert_eq!(rights(&lock), ["role ::Guest::admin", "role Staff::admin", "role Guest::admin"]);
    assert_eq!(route_lines(&lock, "/"), ["GET  authenticated User", "POST  role:::Guest::admin as Visitor"]);
    assert_eq!(Lock::parse(&lock.to_string()), Ok(lock));
}
