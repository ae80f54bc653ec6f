use std::panic::Location;

use crate::error::ConfigError;
use crate::right::Declaration;
use crate::router::Route;

/// What can only be asked of the state, for the routes of a router: that the gate has the schemes that they take.
pub(super) struct Checks<S>(Vec<Check<S>>);

struct Check<S> {
    check: fn(&S) -> Result<(), ConfigError>,
    route: &'static Location<'static>,
}

impl<S> Checks<S> {
    pub(super) const fn new() -> Self {
        Self(Vec::new())
    }

    /// Most declarations take whatever the gate does, and are not asked.
    #[track_caller]
    pub(super) fn add(&mut self, declaration: &Declaration, check: fn(&S) -> Result<(), ConfigError>) {
        if !declaration.taken().is_all() {
            self.0.push(Check { check, route: Location::caller() });
        }
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.0.extend(others.0);
    }

    /// # Panics
    ///
    /// A route takes only schemes that its gate does not have.
    pub(super) fn run(&self, state: &S) {
        for Check { check, route } in &self.0 {
            if let Err(error) = check(state) {
                refuse(route, &error);
            }
        }
    }
}

/// That the paths name the things that the routes are about.
///
/// # Panics
///
/// One does not.
pub(super) fn check_paths(routes: &[Route]) {
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
