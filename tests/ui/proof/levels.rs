// A type that is a subtype of another; each case includes it by path. `Low` is a subtype of `High`, and each is a
// right, a resource and a principal of its own.
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
