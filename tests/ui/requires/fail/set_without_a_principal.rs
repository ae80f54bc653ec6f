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

#[derive(authgate::Role)]
enum Level {
    High,
}

#[requires(role = Level::High)]
async fn purge() {}

fn main() {}
