//! A route of the table, with what the router needs to know of its handler.

use std::ops::{Deref, DerefMut};
use std::panic::Location;

use crate::access::{Declaration, Kind, Route};
use crate::error::ConfigError;
use crate::handler::Call;
use crate::test_hooks::{Hooks, RouteGate, RouteHooks as _};

/// A route of the table, with what the router needs to know of its handler.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    route: Route,
    /// The gate, for the probe.
    pub(crate) gate: RouteGate,
    /// Returns an error if the declaration cannot be satisfied on a path.
    pub(super) check_path: fn(&str) -> Result<(), ConfigError>,
}

impl Entry {
    /// Creates the entry of a handler. The location of the caller becomes that of the route.
    #[track_caller]
    pub(super) fn of<H: Call<T, S>, T, S: 'static>(kind: Kind, method: &'static str, path: String) -> Self {
        let location = Location::caller();
        Self {
            route: Route::new(kind, method, path, H::DECLARATION, H::name(), location, H::takes_body()),
            gate: Hooks::route_gate(|state| state.downcast_ref().and_then(H::gate)),
            check_path: H::check_path,
        }
    }

    /// Creates the entry of a service or router, for any method.
    #[track_caller]
    pub(super) fn any_method(
        kind: Kind,
        path: &str,
        declaration: Declaration,
        handler: &'static str,
        gate: RouteGate,
        check_path: fn(&str) -> Result<(), ConfigError>,
    ) -> Self {
        let route = Route::new(kind, "*", path.to_owned(), declaration, handler, Location::caller(), false);
        Self { route, gate, check_path }
    }

    pub(super) fn route(&self) -> &Route {
        &self.route
    }

    /// Takes the gate from the state.
    pub(crate) fn with_state(mut self, state: &dyn std::any::Any) -> Self {
        Hooks::with_state(&mut self.gate, state);
        self
    }

    /// Returns the entry at another path.
    pub(super) fn at(mut self, path: String) -> Self {
        self.route.path = path;
        self
    }
}

impl Deref for Entry {
    type Target = Route;

    fn deref(&self) -> &Route {
        &self.route
    }
}

impl DerefMut for Entry {
    fn deref_mut(&mut self) -> &mut Route {
        &mut self.route
    }
}
