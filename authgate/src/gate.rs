//! Where callers are identified: the schemes of an application, asked for one verdict.

mod builder;
mod config_error;
mod has_gate;
mod way_back;

use std::fmt;
use std::sync::Arc;

pub use builder::GateBuilder;
pub use config_error::ConfigError;
pub use has_gate::HasGate;
pub use way_back::GateLayer;
pub(crate) use way_back::{WayBack, in_use as way_back_in_use};

use crate::credentials::{Authorization, Credentials, Presented};
use crate::denial::{Denial, Form, Prepared, Reason};
use crate::proof::Unauthenticated;
use crate::right::Principal;
use crate::scheme::{Answer, Identity, Scheme, Verdict};

/// Identifies callers as a `P`, by the schemes that it was built with.
///
/// It lives in the application's state, where the extractors find it through
/// [`FromRef`](axum::extract::FromRef); a clone is a reference to the same gate. An application with several kinds of
/// callers has a gate for each.
pub struct Gate<P> {
    inner: Arc<Inner<P>>,
}

struct Inner<P> {
    /// Behind `dyn`, so that an application's state need not spell its schemes; one call each a request.
    schemes: Box<[Entry<P>]>,
    prepared: Arc<Prepared>,
}

struct Entry<P> {
    name: &'static str,
    scheme: Box<dyn Scheme<P>>,
}

impl<P> Clone for Gate<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P> fmt::Debug for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.inner.schemes.iter().map(|entry| entry.name);
        f.debug_list().entries(schemes).finish()
    }
}

/// An identity, and which of the gate's schemes it is of.
pub(crate) struct Identified<P> {
    pub(crate) identity: Identity<P>,
    pub(crate) scheme: usize,
}

impl<P: Principal> Gate<P> {
    /// Starts a gate.
    pub fn builder() -> GateBuilder<P> {
        GateBuilder::new()
    }

    /// Takes credentials that did not come with a request to a handler: in a WebSocket message, with a job.
    #[must_use]
    pub fn unauthenticated(&self, credentials: impl Into<Credentials>) -> Unauthenticated<P> {
        Unauthenticated::received(self.clone(), credentials.into())
    }

    /// The way back for a plain `axum::Router`: sets on the response what schemes have to say there.
    /// [`Router`](crate::Router) brings it itself.
    #[must_use]
    pub fn layer(&self) -> GateLayer {
        GateLayer::new(self.inner.schemes.iter().any(|entry| entry.scheme.answers()))
    }

    /// Finds out who calls. One verdict: no scheme is asked after another has been presented.
    pub(crate) async fn identify(&self, presented: Presented<'_>) -> Result<Identified<P>, Denial> {
        let headers = presented.headers();
        let denied = |reason| self.deny(reason, Form::preferred(headers));
        if matches!(presented.authorization(), Authorization::Ambiguous) {
            return Err(denied(Reason::Ambiguous));
        }
        let mut attempted = None;
        for (index, entry) in self.inner.schemes.iter().enumerate() {
            if entry.scheme.is_presented(entry.name, &presented)
                && attempted.replace((index, entry)).is_some()
            {
                return Err(denied(Reason::Ambiguous));
            }
        }
        let Some((index, entry)) = attempted else { return Err(denied(Reason::Missing)) };
        let verdict = match entry.scheme.authenticate(presented) {
            Answer::Now(verdict) => verdict,
            Answer::Later(verdict) => verdict.await,
        };
        match verdict {
            Verdict::Identified(identity) => Ok(Identified { identity, scheme: index }),
            Verdict::Refused(fault) => Err(denied(Reason::Refused(fault)).attempted(index)),
            Verdict::Ambiguous => Err(denied(Reason::Ambiguous)),
            Verdict::Absent => Err(denied(Reason::Missing)),
            Verdict::Undecided => Err(denied(Reason::Undecided).attempted(index)),
        }
    }

    pub(crate) fn deny(&self, reason: Reason, form: Form) -> Denial {
        Denial::new(reason, form, &self.inner.prepared)
    }
}
