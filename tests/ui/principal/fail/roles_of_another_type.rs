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
#[principal(role = Role, scope = Scope)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Vec<String>,
    #[principal(scopes)]
    scopes: Scopes<Scope>,
}

fn main() {}
