//! What the probe sees of a request on its way: whether it reached a route, was let in there, and whether a handler ran.
//!
//! A probe's request carries a [`Mark`] in its extensions, where nothing that a client sends can put one. With it, whoever is
//! let in is stopped there: the handler is not called.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use http::Extensions;

use crate::right::Reason;
use crate::test_hooks::{Hooks, RequestHooks};

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

/// A gate that judges the request in place of the state's.
#[derive(Clone)]
pub(super) struct Replaced<G>(pub(super) G);

/// The declaration of the route that the request has arrived at. A caller who is admitted elsewhere, such as by a layer, is not
/// admitted there.
#[derive(Clone)]
struct AtRoute<D>(D);

/// The reason of a denial, in the response's extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeniedFor<R = Reason> {
    /// The reason that the client sees.
    pub(crate) told: R,
    /// The real reason, which may be concealed.
    pub(crate) real: R,
}

impl RequestHooks for Hooks {
    type Probe = Option<Arc<Mark>>;

    fn warn() {
        static WARNED: std::sync::Once = std::sync::Once::new();
        WARNED.call_once(|| {
            let what = "testing";
            tracing::warn!(
                target: "authgate::gate",
                what,
                "the feature `testing` is enabled: it is for tests, so enable it under `[dev-dependencies]` only"
            );
        });
    }

    fn replaced<G: Clone + Send + Sync + 'static>(request: &Extensions) -> Option<G> {
        request.get::<Replaced<G>>().map(|Replaced(gate)| gate.clone())
    }

    fn arrived<D: Clone + Send + Sync + 'static>(
        request: &mut Extensions,
        declaration: D,
        stops: bool,
        route: &'static Location<'static>,
    ) -> bool {
        let Some(Probing(mark)) = request.get().cloned() else { return false };
        // The first counts: what comes after it is inside.
        if mark.reached.set(route).is_ok() {
            request.insert(AtRoute(declaration));
        }
        if stops {
            mark.admitted.store(true, Ordering::SeqCst);
        }
        stops
    }

    fn admitted<D: Clone + Send + Sync + 'static>(
        request: &Extensions,
        is_declared: impl FnOnce(&D) -> bool,
    ) -> bool {
        let (Some(Probing(mark)), Some(AtRoute(declaration))) = (request.get(), request.get()) else {
            return false;
        };
        let is_it = is_declared(declaration);
        if is_it {
            mark.admitted.store(true, Ordering::SeqCst);
        }
        is_it
    }

    fn probe(request: &Extensions) -> Self::Probe {
        request.get::<Probing>().map(|Probing(mark)| Arc::clone(mark))
    }

    fn called(probe: &Self::Probe) -> bool {
        probe.as_ref().inspect(|mark| mark.ran.store(true, Ordering::SeqCst)).is_some()
    }

    fn denied<R: Copy + Send + Sync + 'static>(response: &mut Extensions, shown: R, real: R) {
        response.insert(DeniedFor { told: shown, real });
    }
}
