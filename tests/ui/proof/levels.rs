// A type that is a subtype of another, included by path. `Low` is a subtype of `High`, and each is
// a separate right, resource and principal.
#![allow(dead_code, coherence_leak_check)]

use std::marker::PhantomData;

pub struct Level<F>(PhantomData<F>);
pub type Low = Level<for<'a> fn(&'a ())>;
pub type High = Level<fn(&'static ())>;

#[derive(authgate::Principal, serde::Deserialize)]
pub struct User {
    #[principal(id)]
    pub sub: String,
}
