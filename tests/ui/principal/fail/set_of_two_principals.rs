#![allow(unused_imports)]

use authgate::{Principal, Role, Roles, Scope, Scopes};

#[derive(Role)]
enum Role {
    Admin,
}

#[derive(Scope)]
enum Scope {
    Read,
}

#[derive(Principal)]
#[principal(role = Role)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

#[derive(Principal)]
#[principal(role = Role)]
struct ApiKey {
    #[principal(id)]
    id: String,
    #[principal(roles)]
    roles: Roles<Role>,
}

fn main() {}
