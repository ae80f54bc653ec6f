//! `crate = ..` in every macro.
#![deny(warnings)]

mod vendor {
    pub use authgate as ag;
}
use vendor::ag;

#[derive(ag::Role)]
#[role(crate = ag)]
pub enum Role {
    Admin,
}

#[derive(ag::Scope)]
#[scope(crate = crate::vendor::ag)]
pub enum Scope {
    Read,
}

#[derive(ag::Principal)]
#[principal(role = Role, scope = Scope, crate = ag)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    pub roles: ag::Roles<Role>,
    #[principal(scopes)]
    pub scopes: ag::Scopes<Scope>,
}

#[ag::requires(crate = ag, role = "admin", scope = Scope::Read)]
pub async fn hidden() {}

#[ag::requires(role = "admin", crate = ag)]
pub async fn completed(_: ag::Authorized<_>) {}

#[ag::public(crate = ag, reason = "load balancer probe")]
pub async fn public() {}

fn main() {
    let _ = (hidden, completed, public);
}
