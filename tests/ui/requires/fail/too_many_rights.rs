#![allow(unused)]

mod app {
    #[derive(authgate::Role)]
    pub enum Role {
        Viewer,
        #[role(implies(Viewer))]
        Editor,
        #[role(implies(Editor))]
        Admin,
    }

    #[derive(authgate::Scope)]
    pub enum Scope {
        #[scope(name = "reports:read")]
        ReadReports,
        #[scope(name = "reports:write")]
        WriteReports,
    }

    #[derive(authgate::Principal)]
    #[principal(role = Role, scope = Scope)]
    pub struct User {
        #[principal(id)]
        pub sub: String,
        #[principal(roles)]
        pub roles: authgate::Roles<Role>,
        #[principal(scopes)]
        pub scopes: authgate::Scopes<Scope>,
    }
}

use app::{Role, Scope, User};
use authgate::{Authenticated, Authorized, requires};

#[requires(
    role = "r1",
    role = "r2",
    role = "r3",
    role = "r4",
    role = "r5",
    role = "r6",
    role = "r7",
    role = "r8",
    role = "r9",
    role = "r10",
    role = "r11",
    role = "r12",
    role = "r13"
)]
async fn purge() {}

fn main() {}
