//! Without the standard prelude.
#![no_implicit_prelude]
#![deny(warnings)]

#[derive(::authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(::authgate::Scope)]
pub enum Scope {
    Read,
}

#[derive(::authgate::Principal)]
#[principal(role = Role, scope = Scope)]
pub struct User {
    #[principal(id)]
    pub sub: ::std::string::String,
    #[principal(roles)]
    pub roles: ::authgate::Roles<Role>,
    #[principal(scopes)]
    pub scopes: ::authgate::Scopes<Scope>,
}

#[::authgate::requires(role = "admin", scope = Scope::Read)]
pub async fn hidden() {}

#[::authgate::requires(role = "admin")]
pub async fn completed(_: ::authgate::Authorized<_>) {}

#[::authgate::requires(role = "admin")]
pub fn future() -> ::std::future::Ready<()> {
    ::std::future::ready(())
}

#[::authgate::public(reason = "load balancer probe")]
pub async fn public() {}

fn main() {}
