use std::panic::Location;

use super::Entry;
use crate::error::ConfigError;
use crate::right::Declaration;

/// The checks of routes that need the state: the gate must have the schemes that the routes accept.
pub(super) struct Checks<S>(Vec<Check<S>>);

struct Check<S> {
    check: fn(&S) -> Result<(), ConfigError>,
    route: &'static Location<'static>,
}

impl<S> Checks<S> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Adds the check of a route. Most declarations accept every scheme of the gate and need no
    /// check.
    #[track_caller]
    pub(super) fn add(&mut self, declaration: &Declaration, check: fn(&S) -> Result<(), ConfigError>) {
        if !declaration.taken().is_all() {
            self.0.push(Check { check, route: Location::caller() });
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// Runs all checks.
    ///
    /// # Panics
    ///
    /// Panics if a route accepts only schemes that its gate does not have.
    pub(super) fn run(&self, state: &S) {
        for Check { check, route } in &self.0 {
            if let Err(error) = check(state) {
                refuse(route, &error);
            }
        }
    }
}

/// Checks that the paths name the resources that their routes are about.
///
/// # Panics
///
/// Panics if a path does not.
pub(super) fn check_paths(routes: &[Entry]) {
    for route in routes {
        if let Err(error) = (route.check_path)(route.path()) {
            refuse(route.location(), &error);
        }
    }
}

fn refuse(route: &Location<'_>, error: &ConfigError) -> ! {
    #[expect(clippy::panic, reason = "a router is built once, at start, and axum's panics too")]
    {
        panic!("nobody can ever call the handler that is routed at {route}: {error}");
    }
}

impl<S> Clone for Checks<S> {
    fn clone(&self) -> Self {
        let again = self.0.iter().map(|check| Check { check: check.check, route: check.route });
        Self(again.collect())
    }
}
