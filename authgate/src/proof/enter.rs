//! Authentication of a request: from its credentials to an authenticated caller.

use std::fmt;
use std::marker::PhantomData;

use http::header::HeaderMap;
use http::request::Parts;
use tracing::level_filters::LevelFilter;

use super::Authenticated;
use super::caller::Held;
use crate::credentials::RequestCredentials;
use crate::denial::Denial;
use crate::gate::{Gate, HasGate, Identified, ResponseHooks, Step, Waiting, gate_of};
use crate::guard::caught;
use crate::log::OneLine;
use crate::right::Site;
use crate::right::{AcceptedSchemes, Principal, Reason, Rule, admits};
use crate::scheme::Identity;

/// A request on a route with this right, whose scheme must be awaited.
///
/// It is boxed, because each of the nested futures that pass it on reserves space for it.
pub struct Entering<P> {
    gate: Gate<P>,
    waiting: Waiting<P>,
    right: Option<&'static Rule>,
    accepted: AcceptedSchemes,
    remember: Remember,
}

/// When the caller is left for other code of the same request.
#[derive(Clone, Copy, Debug)]
pub enum Remember {
    /// If other code may ask, and another identification would have an effect, such as a nonce
    /// count, or would wait for a backend.
    Costly(fn() -> bool),
    /// Always. An extractor may be that of a middleware.
    Always,
}

impl Remember {
    fn applies(self, is_repeatable: bool) -> bool {
        match self {
            Self::Costly(may_ask) => !is_repeatable && may_ask(),
            Self::Always => true,
        }
    }
}

/// An authentication or a proof, up to the first scheme that must be awaited.
pub(crate) type Entered<T, P> = Step<Result<T, Denial>, Box<Entering<P>>>;

impl<P> fmt::Debug for Entering<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Entering")
    }
}

impl<P: Principal> Identified<P> {
    // It is not a function of `Authenticated`, which the compiler would suggest to users. Inlined,
    // as `enter` is.
    #[inline(always)]
    pub(super) fn into_caller(
        self,
        gate: Gate<P>,
        headers: &HeaderMap,
        request: Option<&Parts>,
    ) -> Authenticated<P> {
        let Self { identity, scheme } = self;
        let client = gate.known_client(headers, request);
        let Identity { principal, context, .. } = identity;
        record_on_span(&*principal);
        Authenticated {
            principal: Held::Own(principal),
            context,
            scheme,
            gate,
            client,
            invariant: PhantomData,
        }
    }
}

impl<P: Principal> Authenticated<P> {
    /// Authenticates a request on a route with this right, until a scheme must be awaited.
    ///
    /// A denial is not logged yet: an optional extractor may turn it into an anonymous caller.
    #[inline(always)]
    pub(crate) fn begin<S: HasGate<P>>(
        parts: &mut Parts,
        state: &S,
        accepted: AcceptedSchemes,
        right: Option<&'static Rule>,
        remember: Remember,
    ) -> Entered<Self, P> {
        let gate = gate_of::<P, S>(parts, state);
        gate.start_clock(&mut parts.extensions);
        if Self::may_be_remembered()
            && let Some(caller) = Self::remembered(&gate, parts, accepted)
        {
            return Step::Done(caller.unless_required_right_is_missing(right, parts));
        }
        match gate.identify(&RequestCredentials::of(parts), accepted) {
            Step::Done(Ok(identified)) if !remember.applies(gate.is_repeatable(identified.scheme)) => {
                Step::Done(Self::enter(gate, identified, parts, right))
            }
            Step::Done(Ok(identified)) => {
                Step::Done(Self::enter_and_remember(gate, identified, parts, right, accepted))
            }
            Step::Done(Err(denial)) => Step::Done(Err(asking(denial, right))),
            Step::Wait(waiting) => {
                Step::Wait(Box::new(Entering { gate, waiting, right, accepted, remember }))
            }
        }
    }

    /// Waits for the scheme, and completes the authentication.
    pub(crate) async fn resume(entering: Box<Entering<P>>, parts: &mut Parts) -> Result<Self, Denial> {
        let Entering { gate, waiting, right, accepted, remember } = *entering;
        let identified = gate.resume(waiting, &RequestCredentials::of(parts)).await;
        let identified = identified.map_err(|denial| asking(denial, right))?;
        if remember.applies(false) {
            Self::enter_and_remember(gate, identified, parts, right, accepted)
        } else {
            Self::enter(gate, identified, parts, right)
        }
    }

    /// Authenticates a request on a route without a declared right.
    pub(super) async fn from_parts<S: HasGate<P>>(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        match Self::begin(parts, state, AcceptedSchemes::ALL, None, Remember::Always) {
            Step::Done(caller) => caller,
            Step::Wait(entering) => Self::resume(entering, parts).await,
        }
    }

    #[inline(never)]
    fn enter_and_remember(
        gate: Gate<P>,
        identified: Identified<P>,
        parts: &mut Parts,
        right: Option<&'static Rule>,
        accepted: AcceptedSchemes,
    ) -> Result<Self, Denial> {
        Ok(Self::enter(gate, identified, parts, right)?.remember(parts, accepted))
    }

    // Inlined, because the arguments and the result would be copied otherwise.
    #[inline(always)]
    fn enter(
        gate: Gate<P>,
        mut identified: Identified<P>,
        parts: &Parts,
        right: Option<&'static Rule>,
    ) -> Result<Self, Denial> {
        leave_for_response(&gate, &mut identified, parts);
        let caller = identified.into_caller(gate, &parts.headers, Some(parts));
        caller.unless_required_right_is_missing(right, parts)
    }

    #[inline(always)]
    pub(super) fn unless_required_right_is_missing(
        self,
        right: Option<&'static Rule>,
        parts: &Parts,
    ) -> Result<Self, Denial> {
        match self.lacks_what_all_are_asked(right, Some(parts)) {
            None => Ok(self),
            Some(denial) => Err(denial),
        }
    }

    pub(crate) fn admit<S: HasGate<P>>(
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
        remember: Remember,
    ) -> Entered<Self, P> {
        match Self::begin(parts, state, AcceptedSchemes::ALL, None, remember) {
            Step::Done(caller) => Step::Done(Self::unless_denied(caller, parts, state, site)),
            Step::Wait(entering) => Step::Wait(entering),
        }
    }

    pub(crate) async fn admitted<S: HasGate<P>>(
        entering: Box<Entering<P>>,
        parts: &mut Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        Self::unless_denied(Self::resume(entering, parts).await, parts, state, site)
    }

    pub(crate) fn unless_denied<S: HasGate<P>>(
        caller: Result<Self, Denial>,
        parts: &Parts,
        state: &S,
        site: Option<Site>,
    ) -> Result<Self, Denial> {
        match caller {
            Ok(_) if admits(&parts.extensions, None) => Err(stop_probe::<P, S>(parts, state)),
            Ok(caller) => {
                caller.tell_allowed(None, Some(parts));
                Ok(caller)
            }
            Err(denial) => Err(denial.at(site).log(Some(parts))),
        }
    }

    /// Returns a denial if the caller lacks a requirement that the gate applies to every caller.
    /// Requirements that the route waives are skipped.
    pub(super) fn lacks_what_all_are_asked(
        &self,
        right: Option<&'static Rule>,
        request: Option<&Parts>,
    ) -> Option<Denial> {
        let (refused, asked) = self.gate.lacked_rights(&self.principal, &self.context, right).next()?;
        let denial = self.deny_on(refused, asked, right.map_or(AcceptedSchemes::ALL, AcceptedSchemes::by));
        Some(match request {
            Some(request) => self.gate.with_step_up_redirect(denial, request),
            None => denial,
        })
    }
}

/// Notes the rule of the route, whose scopes a challenge may state.
#[inline(always)]
fn asking(mut denial: Denial, right: Option<&'static Rule>) -> Denial {
    #[cfg(feature = "oauth")]
    denial.note_right(right);
    #[cfg(not(feature = "oauth"))]
    let _ = (&mut denial, right);
    denial
}

/// Records the caller's id in the field `enduser.id` of the current span, if the span declares it.
#[inline]
pub(super) fn record_on_span<P: Principal>(principal: &P) {
    /// The name in OpenTelemetry's semantic conventions.
    const FIELD: &str = "enduser.id";
    #[cold]
    fn record<P: Principal>(principal: &P) {
        let span = tracing::Span::current();
        if span.has_field(FIELD) {
            // The id runs the application's code.
            if let Some(id) = caught(|| OneLine(&principal.id()).to_string()) {
                span.record(FIELD, id);
            }
        }
    }
    if LevelFilter::current() != LevelFilter::OFF {
        record(principal);
    }
}

/// Answers a probe in place of the handler.
#[cold]
pub(super) fn stop_probe<P: Principal, S: HasGate<P>>(parts: &Parts, state: &S) -> Denial {
    let gate = gate_of::<P, S>(parts, state);
    gate.deny(Reason::NotFound, gate.client(&parts.headers))
}

/// Stores what the scheme sets on the response, for the layer around the router.
pub(super) fn leave_for_response<P: Principal>(
    gate: &Gate<P>,
    identified: &mut Identified<P>,
    request: &Parts,
) {
    let set = identified.identity.on_response.take();
    let depends_on = gate.depends_on(Some(identified.scheme));
    if set.is_none() && depends_on.is_none() {
        return;
    }
    let response_hooks = request.extensions.get::<ResponseHooks>();
    let Some(response_hooks) = response_hooks else {
        tracing::warn!(
            target: "authgate::gate",
            "the response fields of a scheme are lost: add `gate.layer()` to the router"
        );
        return;
    };
    if let Some(fields) = depends_on {
        response_hooks.depends_on(fields);
    }
    if let Some(set) = set {
        let failed = gate.deny(Reason::Failed, gate.client(&request.headers)).attempted(identified.scheme);
        response_hooks.add_callback(set, failed);
    }
}
