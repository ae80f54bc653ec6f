//! The hooks of a declaration, for the probe.

use std::panic::Location;

use authgate_access::{Declaration, Rule};
use http::Extensions;

use crate::test_hooks::{Hooks, RequestHooks as _};

/// Records that a caller was admitted by this right, or without one. Returns `true` if the request
/// is a probe's, which stops here.
#[inline(always)]
pub(crate) fn admits(request: &Extensions, right: Option<&'static Rule>) -> bool {
    Hooks::admitted(request, |declared: &Declaration| match (declared, right) {
        (Declaration::Authorized { right: declared, .. }, Some(right)) => *declared == right,
        (Declaration::Authenticated { .. }, None) => true,
        _ => false,
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
