//! Generics, lifetimes, bounds, patterns, attributes and associated functions.
#![deny(warnings)]

use authgate::{Authorized, requires};
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

#[derive(authgate::Role)]
pub enum Role {
    Viewer,
    #[role(implies(Viewer))]
    Admin,
}

#[derive(authgate::Principal)]
#[principal(role = Role)]
pub struct User {
    #[principal(id)]
    pub sub: String,
    #[principal(roles)]
    pub roles: authgate::Roles<Role>,
}

/// Documented.
#[requires(role = "admin")]
#[must_use]
#[inline]
pub async fn generic<'a, T, const N: usize>((a, _): (&'a T, [u8; N]), mut b: u8) -> (&'a T, u8)
where
    T: Display + 'a,
{
    b += 1;
    (a, b)
}

#[requires(role = "admin")]
pub async fn placeholder(ref _by @ Authorized { .. }: Authorized<_>, _: impl Display) -> impl Display {
    "done"
}

#[requires(role = "admin")]
pub async fn principal_written(_: Authorized<_, User>) {}

#[requires(role = "admin", principal = User)]
pub async fn principal_given(_: Authorized<_>) {}

#[requires(role = Role::Admin, role = Role::Viewer, principal = User)]
pub async fn hidden_principal() {}

#[requires(role = "admin")]
pub fn boxed<'a>(a: &'a str) -> Pin<Box<dyn Future<Output = &'a str> + Send + 'a>> {
    Box::pin(async move { a })
}

#[requires(role = "admin")]
pub fn elided(a: &str) -> Pin<Box<dyn Future<Output = usize> + '_>> {
    Box::pin(async move { a.len() })
}

#[requires(role = "admin")]
pub fn opaque() -> impl Future<Output = ()> {
    async {}
}

#[requires(role = "admin")]
pub fn of_a_parameter<F: Future<Output = ()>>(answer: F) -> F {
    answer
}

#[requires(role = "admin")]
#[authgate_attribute_of_somebody_else::requires]
#[cfg(any())]
pub async fn cfg_is_kept() {}

pub struct Api<T>(T);

impl<T: Send> Api<T> {
    #[requires(role = "admin")]
    pub async fn associated(_: T) {}
}

pub trait Purge {
    #[allow(async_fn_in_trait)]
    #[requires(role = "admin")]
    async fn purge();
}

impl Purge for Api<()> {
    #[requires(role = "admin")]
    async fn purge() {}
}

type MyAuthorized<R> = Authorized<R, User>;

mod of_alias {
    use super::MyAuthorized as Authorized;
    use super::Role;

    #[authgate::requires(role = "admin")]
    pub async fn alias(_: Authorized<_>) {}
}

fn main() {
    let _ = of_alias::alias;
}
