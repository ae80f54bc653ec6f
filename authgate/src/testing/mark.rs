//! What the probe sees of a request on its way: whether it reached a route, was let in there, and whether a handler ran.
//!
//! A probe's request carries a [`Mark`] in its extensions, where nothing that a client sends can put one. With it, whoever is
//! let in is stopped there: the handler is not called.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use http::Extensions;

use crate::right::{Declaration, Expression, Reason};

/// What happened to a request.
#[derive(Debug, Default)]
pub(crate) struct Mark {
    reached: OnceLock<&'static Location<'static>>,
    admitted: AtomicBool,
    ran: AtomicBool,
}

impl Mark {
    /// Where the route is registered that the request came to.
    pub(super) fn reached(&self) -> Option<&'static Location<'static>> {
        self.reached.get().copied()
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.admitted.load(Ordering::SeqCst)
    }

    /// Whether a handler was called, or about to be.
    pub(super) fn has_run(&self) -> bool {
        self.ran.load(Ordering::SeqCst)
    }
}

/// In a request of the probe.
#[derive(Clone, Debug)]
pub(super) struct Probing(pub(super) Arc<Mark>);

/// What the route declares that the request has come to. What is admitted elsewhere, as by a layer that asks who calls, is not
/// admitted there.
#[derive(Clone, Copy)]
struct AtRoute(Declaration);

/// In a denial's response: why.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeniedFor {
    /// What the caller is told.
    pub(crate) told: Reason,
    /// What it is; another where that is hidden from him.
    pub(crate) real: Reason,
}

/// The request has come to a route. Whether it stops there: anybody may call, and it is a probe's.
pub(crate) fn comes_to(
    extensions: &mut Extensions,
    declaration: Declaration,
    route: &'static Location<'static>,
) -> bool {
    let Some(Probing(mark)) = extensions.get().cloned() else { return false };
    // The first counts: what comes after it is inside.
    if mark.reached.set(route).is_ok() {
        extensions.insert(AtRoute(declaration));
    }
    let stops = matches!(declaration, Declaration::Public { .. });
    if stops {
        mark.admitted.store(true, Ordering::SeqCst);
    }
    stops
}

/// The caller has been let in by this right, or as anybody who is known. Whether he stops here.
pub(crate) fn lets_in(extensions: &Extensions, right: Option<&'static Expression>) -> bool {
    let (Some(Probing(mark)), Some(AtRoute(declaration))) = (extensions.get(), extensions.get()) else {
        return false;
    };
    let is_it = match (declaration, right) {
        (Declaration::Authorized { right: declared, .. }, Some(right)) => *declared == right,
        (Declaration::Authenticated { .. }, None) => true,
        _ => false,
    };
    if is_it {
        mark.admitted.store(true, Ordering::SeqCst);
    }
    is_it
}

/// What is told of the handler, where the request is a probe's.
pub(crate) fn of(extensions: &Extensions) -> Option<Arc<Mark>> {
    extensions.get::<Probing>().map(|Probing(mark)| Arc::clone(mark))
}

/// The handler is about to be called. Whether it is not to be.
pub(crate) fn runs(mark: Option<&Arc<Mark>>) -> bool {
    mark.inspect(|mark| mark.ran.store(true, Ordering::SeqCst)).is_some()
}
