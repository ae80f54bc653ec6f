//! The arguments from which routers are built. Each trait has one implementation. The traits exist
//! so that the compiler can suggest a fix for axum's type of the same name.

use super::{MethodRouter, Router};

/// The handlers of a path.
#[diagnostic::on_unimplemented(
    message = "expected authgate's `MethodRouter`, whose handlers declare who may call them",
    label = "not an `authgate::MethodRouter`",
    note = "create it with `authgate::routing::get(..)` and similar functions instead of `axum::routing::get(..)`; the \
            handlers need only a declaration"
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
    message = "expected an `authgate::Router` with the state `{S}`, whose routes declare who may call them",
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
