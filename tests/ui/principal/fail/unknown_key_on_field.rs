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
struct User {
    #[principal(id)]
    sub: String,
    #[principal(role)]
    role: String,
}

fn main() {}
