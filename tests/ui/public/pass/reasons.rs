//! Other parameters, and reasons of every length.
#![deny(warnings)]

use authgate::{Authenticated, public};

#[derive(authgate::Principal)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}

#[public(reason = "x")]
pub async fn short() {}

#[public(reason = "für alle, \"immer\"")]
pub async fn umlaut(_: Option<Authenticated<User>>) {}

#[public(reason = "0123456789abcdef")]
pub fn sixteen() -> impl Future<Output = ()> {
    async {}
}

#[public(
    reason = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
)]
pub async fn longest() {}

pub struct Api;

impl Api {
    #[public(reason = "an associated function")]
    pub async fn health() {}
}

fn main() {
    let _ = (short, umlaut, sixteen, longest, Api::health);
}
