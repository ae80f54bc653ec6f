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

enum Level {
    High,
}

#[derive(Principal)]
#[principal(role = Level)]
struct User {
    #[principal(id)]
    sub: String,
    #[principal(roles)]
    roles: Roles<Level>,
}

fn main() {}
