//! The arguments from which routers are built. Each trait has one implementation. The traits exist
//! so that the compiler can suggest a fix for axum's type of the same name.

use std::convert::Infallible;
use std::future::Ready;
use std::task::{Context, Poll};

use tower_service::Service;

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

/// The state of a router that can be served or added to axum's router. No router of authgate can,
/// before it has its state. The impls below exist so that the compiler says so.
#[diagnostic::on_unimplemented(
    message = "this router has no state yet: write `router.with_state(state)`",
    label = "an `authgate::Router` without its state, `{Self}`",
    note = "`with_state` checks the gate and returns an `axum::Router`; write `.with_state(())` if no handler needs a \
            state"
)]
pub trait IsGiven {
    /// Never returns.
    fn never() -> !;
}

#[doc(hidden)]
impl<S, R> Service<R> for Router<S>
where
    S: IsGiven,
{
    type Response = axum::Router;
    type Error = Infallible;
    type Future = Ready<Result<axum::Router, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        S::never()
    }

    fn call(&mut self, _: R) -> Self::Future {
        S::never()
    }
}

#[doc(hidden)]
impl<S, T> From<Router<S>> for axum::Router<T>
where
    S: IsGiven,
{
    fn from(_: Router<S>) -> Self {
        S::never()
    }
}
