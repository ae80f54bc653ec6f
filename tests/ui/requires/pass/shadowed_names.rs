//! Every name that an expansion could depend on is shadowed.
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
struct All;
struct Any;
struct Not;
struct In;
struct ViaScheme;
struct Waive;
struct Fresh;
struct Acr;
struct Factor;
struct Authorized;
struct Granted;
struct Authenticated;
struct Concealed;
struct ConcealedUnless;
struct With;
struct Loaded;
struct Public;
struct Chunk;
struct Bearer;
mod right {}
mod factor {}
mod scheme {}
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


#[::authgate::requires(
    any(role = "admin", scope = "read"),
    not(all(role = "viewer", acr = "urn:example:none")),
    scheme = ::authgate::scheme::Bearer,
    fresh = "5m",
    acr = "urn:example:gold",
    factor = "otp",
    conceal
)]
pub async fn algebra() {}

pub struct Report;
pub struct CanEdit;

impl ::authgate::Policy<Report> for CanEdit {
    type Principal = User;

    fn decide(_: &User, _: &Report) -> ::authgate::Decision {
        ::authgate::Decision::Allow
    }
}

#[::authgate::requires(role = "admin", policy = CanEdit, on = Report, conceal = CanEdit)]
pub async fn over_a_resource(report: ::authgate::Granted<_, _>) {
    let _: Report = report.into_resource();
}

#[::authgate::requires(role = "admin", policy = CanEdit, on = Report, conceal)]
pub async fn hidden_over_a_resource() {}

#[::authgate::public(reason = "load balancer probe")]
pub async fn public() {}

fn main() {}
