//! The progress of a probe's request: the route that it reached, whether it was admitted, and
//! whether the handler ran.
//!
//! A request of the probe carries a [`ProbeProgress`] in its extensions, which a client cannot set.
//! With a mark, an admitted request stops before the handler is called.

use std::panic::Location;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use http::Extensions;

use crate::right::Reason;
use crate::test_hooks::{Hooks, RequestHooks};

/// The progress of a request.
#[derive(Debug, Default)]
pub(crate) struct ProbeProgress {
    reached: OnceLock<&'static Location<'static>>,
    admitted: AtomicBool,
    ran: AtomicBool,
}

impl ProbeProgress {
    /// Returns the source location of the route that the request reached.
    pub(super) fn reached(&self) -> Option<&'static Location<'static>> {
        self.reached.get().copied()
    }

    pub(super) fn is_admitted(&self) -> bool {
        self.admitted.load(Ordering::SeqCst)
    }

    /// Returns `true` if a handler was called, or was about to be called.
    pub(super) fn has_run(&self) -> bool {
        self.ran.load(Ordering::SeqCst)
    }
}

/// Marks a request of the probe, in its extensions.
#[derive(Clone, Debug)]
pub(super) struct Probing(pub(super) Arc<ProbeProgress>);

/// A gate that replaces the gate of the state for this request.
#[derive(Clone)]
pub(super) struct Replaced<G>(pub(super) G);

/// The declaration of the route that the request reached. A caller whom a layer admits is not
/// admitted at the route.
#[derive(Clone)]
struct AtRoute<D>(D);

/// The reason of a denial, in the extensions of its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DeniedFor<R = Reason> {
    /// The reason that the client sees.
    pub(crate) shown: R,
    /// The real reason, which may be concealed.
    pub(crate) real: R,
}

impl RequestHooks for Hooks {
    type Probe = Option<Arc<ProbeProgress>>;

    fn warn() {
        static WARNED: std::sync::Once = std::sync::Once::new();
        WARNED.call_once(|| {
            let what = "testing";
            tracing::warn!(
                target: "authgate::gate",
                what,
                "the feature `testing` is enabled: enable it under `[dev-dependencies]` only"
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
        // Nested routers arrive again; the outermost route counts.
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
        response.insert(DeniedFor { shown, real });
    }
}
