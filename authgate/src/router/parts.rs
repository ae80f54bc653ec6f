//! The arguments from which routers are built. Each trait has one implementation. The traits exist
//! so that the compiler can suggest a fix for axum's type of the same name.

use super::{MethodRouter, Router};

/// The handlers of a path.
#[diagnostic::on_unimplemented(
    message = "a route takes authgate's `MethodRouter`, whose handlers declare who may call them",
    label = "not authgate's",
    note = "make it with `authgate::routing::get(..)` and its like, in the place of `axum::routing::get(..)`; the handlers \
            stay as they are but for the declaration"
)]
pub trait Methods<S> {
    /// Returns `self`.
    fn into_methods(self) -> MethodRouter<S>;
}

impl<S> Methods<S> for MethodRouter<S> {
    fn into_methods(self) -> Self {
        self
    }
}

/// A router whose routes all declare who may call them.
#[diagnostic::on_unimplemented(
    message = "only an `authgate::Router` with the same state can be nested or merged: all its routes declare who may \
               call them",
    label = "not an `authgate::Router` with the state `{S}`",
    note = "add an `axum::Router` with `.ungated(prefix, reason, router)`, and a router with another state after \
            `.with_state_nested(state)`"
)]
pub trait Declared<S> {
    /// Returns `self`.
    fn into_declared(self) -> Router<S>;
}

impl<S> Declared<S> for Router<S> {
    fn into_declared(self) -> Self {
        self
    }
}
