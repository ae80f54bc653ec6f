//! One set for two principals, and a principal without rights.
#![deny(warnings)]

use authgate::right::HasRights;
use authgate::{Principal, Role, Roles};

#[derive(Role)]
pub enum Role {
    Viewer,
    Admin,
}

#[derive(Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    pub roles: Roles<Role>,
}

#[derive(Principal)]
#[principal(role = Role, foreign)]
pub struct ApiKey {
    #[principal(id)]
    pub number: u64,
    #[principal(roles)]
    pub roles: Roles<Role>,
}

#[derive(Principal)]
pub struct Visitor {
    #[principal(id)]
    pub id: &'static str,
}

#[authgate::requires(role = "admin", principal = ApiKey)]
pub async fn by_key() {}

fn main() {
    let mut roles = Roles::none();
    roles.insert(Role::Admin);
    let key = ApiKey { number: 1, roles };
    assert_eq!(key.held(), 0b10);
    assert_eq!(ApiKey::NAME, "ApiKey");
    assert_eq!(*Visitor { id: "x" }.id(), "x");
    let _ = (by_key, Role::Viewer);
}
