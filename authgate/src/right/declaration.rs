//! The route of a request, and the hooks of its declaration for the probe.

use std::panic::Location;

use authgate_access::{Declaration, Rule};
use http::Extensions;
use http::request::Parts;

use crate::test_hooks::{Hooks, RequestHooks as _};

/// The source location at which the route of a request is registered, for the operator's log. It is
/// stored in the request's extensions if axum calls the handler.
#[derive(Clone, Copy, Debug)]
pub struct Site(pub(crate) &'static Location<'static>);

impl Site {
    pub(crate) fn of(request: &Parts) -> Option<Self> {
        request.extensions.get().copied()
    }
}

/// Records that a caller was admitted by this right, or without one. Returns `true` if the request
/// is a probe's, which stops here.
#[inline(always)]
pub(crate) fn admits(request: &Extensions, right: Option<&'static Rule>) -> bool {
    Hooks::admitted(request, |declared: &Declaration| {
        declared.alternatives().iter().any(|declared| match (declared, right) {
            (Declaration::Authorized { right: declared, .. }, Some(right)) => *declared == right,
            (Declaration::Authenticated { .. }, None) => true,
            _ => false,
        })
    })
}

/// Records that a request has arrived at a route with this declaration. Returns `true` if the
/// request is a probe's, which stops here.
#[inline(always)]
pub(crate) fn arrived(
    declaration: Declaration,
    request: &mut Extensions,
    route: &'static Location<'static>,
) -> bool {
    Hooks::arrived(request, declaration, matches!(declaration, Declaration::Public { .. }), route)
}
