//! Where every name that an expansion could lean on is something else.
#![allow(dead_code, non_camel_case_types)]

mod std {}
mod core {}
mod alloc {}
mod serde {}
mod authgate {}
struct Option;
struct Some;
struct None;
struct Result;
struct Ok;
struct Err;
struct String;
struct Vec;
struct Box;
struct str;
struct u128;
struct usize;
struct bool;
trait Debug {}
trait Display {}
trait FromStr {}
trait Clone {}
trait Copy {}
trait Send {}
trait Sync {}
trait Sized {}
trait Future {}
trait RightSet {}
trait Principal {}
macro_rules! panic {
    () => {
        compile_error!("mine")
    };
}
macro_rules! compile_error {
    () => {};
}

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
