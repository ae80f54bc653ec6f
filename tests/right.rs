//! The output of the derives at run time. It compiles without warnings in a crate with strict
//! lints.
#![deny(
    warnings,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    unused_qualifications,
    clippy::all,
    clippy::pedantic
)]
#![forbid(unsafe_code)]

use authgate::right::{HasRights, RightSet};
use authgate::{Authorized, Principal, Role, Roles, Scope, Scopes, public, requires};

/// The roles.
#[non_exhaustive]
#[derive(Role, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads reports.
    Viewer,
    /// Writes reports.
    #[role(implies(Viewer))]
    Editor,
    /// Owns reports.
    #[role(implies(Editor), name = "root")]
    Admin,
}

/// The scopes.
#[non_exhaustive]
#[derive(Scope, Debug, PartialEq)]
pub enum Scope {
    /// Reads reports.
    #[scope(name = "reports:read")]
    ReadReports,
    /// Writes reports.
    #[scope(name = "reports:write")]
    WriteReports,
}

/// The principal.
#[derive(Principal, serde::Deserialize, Debug)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    /// The user name.
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    #[serde(default)]
    roles: Roles<Role>,
    #[principal(scopes)]
    #[serde(default)]
    scope: Scopes<Scope>,
}

#[requires(role = "root")]
async fn hidden() {}

#[requires(role = Role::Editor, scope = "reports:write", scope = Scope::ReadReports)]
async fn completed(_: Authorized<_>) {}

#[requires(role = "root", principal = User)]
fn future() -> std::future::Ready<()> {
    std::future::ready(())
}

#[public(reason = "load balancer probe")]
async fn probe() {}

#[test]
fn handlers_with_requires_and_public_compile() {
    let _ = (hidden, completed, future, probe);
}

#[test]
fn right_displays_and_parses_as_its_name() {
    assert_eq!(Role::Admin.to_string(), "root");
    assert_eq!(format!("{:>8}|", Role::Viewer), "  viewer|");
    assert_eq!("editor".parse(), Ok(Role::Editor));
    assert_eq!("reports:write".parse(), Ok(Scope::WriteReports));
    let unknown = "admin".parse::<Role>().unwrap_err();
    assert_eq!(unknown.to_string(), "unknown role: expected one of viewer, editor, root");
}

#[test]
fn right_serializes_and_deserializes_as_its_name() {
    assert_eq!(serde_json::to_string(&Role::Admin).unwrap(), "\"root\"");
    assert_eq!(serde_json::from_str::<Scope>("\"reports:read\"").unwrap(), Scope::ReadReports);
    let unknown = serde_json::from_str::<Role>("\"admin\"").unwrap_err().to_string();
    assert!(
        unknown.starts_with("unknown variant `admin`, expected one of `viewer`, `editor`, `root`"),
        "{unknown}"
    );
    let number = serde_json::from_str::<Role>("1").unwrap_err().to_string();
    assert!(number.contains("expected the name of a role"), "{number}");
}

#[test]
fn closure_contains_all_implications() {
    assert_eq!(Role::CLOSURE, [0b001, 0b011, 0b111]);
    assert_eq!(Scope::CLOSURE, [0b01, 0b10]);
    assert_eq!((Role::at(2), Role::at(3)), (Some(Role::Admin), None));
    assert_eq!((Role::NAME, Scope::NAME), ("Role", "Scope"));
}

#[test]
fn principal_holds_the_rights_of_its_claims() {
    let token = r#"{"sub": "eve", "roles": ["editor", "nobody"], "scope": "reports:write openid"}"#;
    let user: User = serde_json::from_str(token).unwrap();
    assert_eq!(user.id(), "eve");
    assert_eq!(User::NAME, "User");
    assert_eq!(HasRights::<Role>::held(&user), 0b010);
    assert_eq!(HasRights::<Scope>::held(&user), 0b10);
    assert!(user.roles.grants(Role::Viewer) && !user.roles.grants(Role::Admin));
}
