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
#[principal(roles = Role)]
struct User {
    #[principal(id)]
    sub: String,
}

fn main() {}
