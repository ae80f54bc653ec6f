//! What routers are put together from. There is one type for each trait here; they are traits only so that the compiler
//! can say what to write when it is axum's type of the same name.

use super::{MethodRouter, Router};

/// What a path answers.
#[diagnostic::on_unimplemented(
    message = "a route takes authgate's `MethodRouter`, whose handlers declare who may call them",
    label = "not authgate's",
    note = "make it with `authgate::routing::get(..)` and its like, in the place of `axum::routing::get(..)`; the handlers \
            stay as they are but for the declaration"
)]
pub trait Methods<S> {
    /// Itself.
    fn into_methods(self) -> MethodRouter<S>;
}

impl<S> Methods<S> for MethodRouter<S> {
    fn into_methods(self) -> Self {
        self
    }
}

/// A router all of whose routes declare who may call them.
#[diagnostic::on_unimplemented(
    message = "only an `authgate::Router` with the same state can be nested or merged: all its routes declare who may \
               call them",
    label = "not an `authgate::Router` with the state `{S}`",
    note = "add an `axum::Router` with `.ungated(prefix, reason, router)`, and a router with another state after \
            `.with_state_nested(state)`"
)]
pub trait Declared<S> {
    /// Itself.
    fn into_declared(self) -> Router<S>;
}

impl<S> Declared<S> for Router<S> {
    fn into_declared(self) -> Self {
        self
    }
}
