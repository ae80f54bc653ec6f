use std::panic::Location;

use http::request::Parts;

/// Where the route of a request is registered, for the operator: left in the request's extensions where axum calls the
/// handler in our place.
#[derive(Clone, Copy, Debug)]
pub struct Site(pub(crate) &'static Location<'static>);

impl Site {
    pub(crate) fn of(request: &Parts) -> Option<Self> {
        request.extensions.get().copied()
    }
}
