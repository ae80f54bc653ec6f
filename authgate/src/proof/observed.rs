//! Tells the observers of a gate that a caller was allowed.

use std::fmt::{self, Display};
use std::sync::Arc;

use http::request::Parts;

use super::Authenticated;
use crate::denial::Prepared;
use crate::guard::caught;
use crate::right::{Context, Principal, Rule};

/// The id of a principal, which the application's code computes. Observers may ask for it, and a
/// panic in it is a panic of the observer.
struct Id<'a, P>(&'a P);

impl<P: Principal> Display for Id<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.id().fmt(f)
    }
}

/// A caller whose proof is being completed, for the observers. The proof owns the caller itself.
pub(super) struct ObservedCaller {
    principal: String,
    context: Context,
    prepared: Arc<Prepared>,
}

impl ObservedCaller {
    pub(super) fn tell_allowed(&self, rule: Option<&'static Rule>, request: Option<&Parts>) {
        self.prepared.tell_allowed(&self.principal, &self.context, rule, request);
    }
}

impl<P: Principal> Authenticated<P> {
    #[inline]
    pub(super) fn tell_allowed(&self, rule: Option<&'static Rule>, request: Option<&Parts>) {
        if let Some(prepared) = self.gate.observed() {
            prepared.tell_allowed(&Id(&*self.principal), &self.context, rule, request);
        }
    }

    /// Returns the data of the caller for observers, if there are any.
    #[inline]
    pub(super) fn observed(&self) -> Option<Box<ObservedCaller>> {
        let prepared = Arc::clone(self.gate.observed()?);
        let principal = caught(|| self.principal.id().to_string()).unwrap_or_default();
        Some(Box::new(ObservedCaller { principal, context: self.context.clone(), prepared }))
    }
}
