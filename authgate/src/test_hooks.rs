//! Hooks for the module `testing`: the only place outside it that depends on the feature `testing`.
//!
//! The modules below call [`Hooks`]. With the feature, `testing` implements the traits. Without it,
//! each hook does nothing.

use std::any::Any;
use std::fmt;
use std::panic::Location;

use http::Extensions;

/// Implements the hooks.
#[derive(Debug)]
pub struct Hooks;

/// The error of a sample that cannot be made.
pub(crate) type Unfilled = <Hooks as SampleHooks>::Unfilled;
/// A right that a test gives to a sample, by its name.
pub(crate) type Gift = <Hooks as SampleHooks>::Gift;
/// The gate of a route, of any principal type.
pub(crate) type AnyGate = <Hooks as RouteHooks>::AnyGate;
/// Finds the gate of a route.
pub(crate) type RouteGate = <Hooks as RouteHooks>::RouteGate;

/// Hooks of `Principal`.
pub trait SampleHooks {
    /// Why a sample cannot be made.
    type Unfilled;
    /// A right, by its name.
    type Gift;

    /// Returns the error of a principal type without a sample.
    fn no_sample<P>() -> Self::Unfilled;
}

/// Hooks of routes.
pub trait RouteHooks {
    /// A gate, of any principal type.
    type AnyGate;
    /// Finds the gate of a route, once the router's state is known.
    type RouteGate: Clone + fmt::Debug + Send + Sync;

    /// Creates a route's entry from the function that takes its gate from the router's state.
    fn route_gate(of_state: fn(&dyn Any) -> Option<Self::AnyGate>) -> Self::RouteGate;

    /// Joins the gates of a route that accepts callers of two.
    fn joined(one: Self::AnyGate, other: Self::AnyGate) -> Self::AnyGate;

    /// Takes the gate from the router's state.
    fn with_state(gate: &mut Self::RouteGate, state: &dyn Any);
}

/// Erases the principal type of a gate.
pub(crate) trait EraseGate {
    /// Returns `None` without the feature `testing`.
    fn erase(&self) -> Option<AnyGate>;
}

/// Hooks of a request on its way. Those that return `bool` return `true` if the request is a
/// probe's and must not go further.
pub(crate) trait RequestHooks {
    /// Stays with the handler after the request's extensions are gone.
    type Probe: Default + Send;

    /// Logs, once per process, that the feature is enabled.
    fn warn() {}

    /// Returns the gate with which a test replaces the gate of the state.
    #[inline(always)]
    fn replaced<G: Clone + Send + Sync + 'static>(_request: &Extensions) -> Option<G> {
        None
    }

    /// Records that a request has arrived at a route. `stops` is `true` if every caller may call
    /// it.
    #[inline(always)]
    fn arrived<D: Clone + Send + Sync + 'static>(
        _request: &mut Extensions,
        _declaration: D,
        _stops: bool,
        _route: &'static Location<'static>,
    ) -> bool {
        false
    }

    /// Records that a caller was admitted, if `is_declared` returns `true` for the route's
    /// declaration.
    #[inline(always)]
    fn admitted<D: Clone + Send + Sync + 'static>(
        _request: &Extensions,
        _is_declared: impl FnOnce(&D) -> bool,
    ) -> bool {
        false
    }

    /// Takes from a request what [`called`](Self::called) needs.
    #[inline(always)]
    fn probe(_request: &Extensions) -> Self::Probe {
        Self::Probe::default()
    }

    /// Records that the handler is about to be called.
    #[inline(always)]
    fn called(_probe: &Self::Probe) -> bool {
        false
    }

    /// Records the reason of a denial: the one that the client sees, and the real one.
    #[inline(always)]
    fn denied<R: Copy + Send + Sync + 'static>(_response: &mut Extensions, _shown: R, _real: R) {}
}

#[cfg(not(feature = "testing"))]
mod disabled {
    use super::{AnyGate, EraseGate, Hooks, RequestHooks, RouteHooks, SampleHooks};
    use std::any::Any;

    /// Stands for each type of `testing`.
    #[derive(Clone, Copy, Debug, Default)]
    pub struct Disabled;

    impl SampleHooks for Hooks {
        type Unfilled = Disabled;
        type Gift = Disabled;

        fn no_sample<P>() -> Self::Unfilled {
            Disabled
        }
    }

    impl RouteHooks for Hooks {
        type AnyGate = Disabled;
        type RouteGate = Disabled;

        fn route_gate(_: fn(&dyn Any) -> Option<Self::AnyGate>) -> Self::RouteGate {
            Disabled
        }

        fn joined(one: Disabled, _: Disabled) -> Disabled {
            one
        }

        fn with_state(_: &mut Self::RouteGate, _: &dyn Any) {}
    }

    impl<G> EraseGate for G {
        fn erase(&self) -> Option<AnyGate> {
            None
        }
    }

    impl RequestHooks for Hooks {
        type Probe = Disabled;
    }
}

/// Expands to its tokens if the feature `testing` is enabled. For the expansions of the macros.
#[cfg(feature = "testing")]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_testing {
    ($($given:tt)*) => { $($given)* };
}

/// Expands to its tokens if the feature `testing` is enabled. For the expansions of the macros.
#[cfg(not(feature = "testing"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __if_testing {
    ($($given:tt)*) => {};
}
