use std::panic::Location;

use http::request::Parts;

/// The source location at which the route of a request is registered, for the operator's log. It is
/// stored in the request's extensions if axum calls the handler.
#[derive(Clone, Copy, Debug)]
pub struct Site(pub(crate) &'static Location<'static>);

impl Site {
    pub(crate) fn of(request: &Parts) -> Option<Self> {
        request.extensions.get().copied()
    }
}
