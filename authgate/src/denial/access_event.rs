//! Decisions, for observers such as an audit trail or metrics.

use std::fmt::{self, Display};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use http::request::Parts;
use http::{Extensions, Method, StatusCode};

use super::{DecisionId, Denial, Prepared};
use crate::credentials::{peer, route, target};
use crate::guard::caught;
use crate::log::Limit;
use crate::right::{Actor, Context, Reason, Rule};

/// A function of the application that sees every decision of a gate.
pub(crate) type Observer = Arc<dyn Fn(&AccessEvent<'_>) + Send + Sync>;

/// A decision of a gate: a caller was allowed or denied. For
/// [`GateBuilder::observe`](crate::gate::GateBuilder::observe).
///
/// Values such as the path come from the client. Escape them before they are written to a text log.
///
/// # Examples
///
/// ```
/// use authgate::Principal;
/// use authgate::gate::{AccessEvent, GateBuilder};
///
/// fn audited<P: Principal>(builder: GateBuilder<P>) -> GateBuilder<P> {
///     builder.observe(|event: &AccessEvent| {
///         let caller = event.principal().map(ToString::to_string);
///         let outcome = if event.is_allowed() { "allowed" } else { "denied" };
///         println!("{outcome} {caller:?} on {:?}: {:?}", event.route(), event.reason());
///     })
/// }
/// ```
pub struct AccessEvent<'a> {
    pub(super) caller: Option<KnownCaller<'a>>,
    pub(super) scheme: Option<&'a str>,
    pub(super) request: Option<&'a Parts>,
    pub(super) rule: Option<&'static Rule>,
    pub(super) denial: Option<&'a Denial>,
}

/// The authenticated caller of a decision.
#[derive(Clone, Copy)]
pub(super) struct KnownCaller<'a> {
    pub(super) principal: &'a dyn Display,
    pub(super) issuer: Option<&'a str>,
    pub(super) actor: Option<&'a Actor>,
}

impl<'a> AccessEvent<'a> {
    /// Returns `true` if the caller was allowed.
    #[must_use]
    pub const fn is_allowed(&self) -> bool {
        self.denial.is_none()
    }

    /// Returns the denial. Its reason and status are those that the client gets, unless the handler
    /// changes or drops the denial of a check by hand.
    #[must_use]
    pub const fn denial(&self) -> Option<&'a Denial> {
        self.denial
    }

    /// Returns the reason of the denial. If the client gets 404 to conceal a resource, this is the
    /// reason that is concealed.
    #[must_use]
    pub fn reason(&self) -> Option<Reason> {
        self.denial.map(Denial::real_reason)
    }

    /// Returns the status of the denial.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.denial.map(Denial::status)
    }

    /// Returns the id that the log event and the body of the denial contain. The body of a 404 does
    /// not contain it. `None` for an anonymous caller.
    #[must_use]
    pub fn decision_id(&self) -> Option<DecisionId> {
        Some(self.denial?.decision()?.id)
    }

    /// Returns the id of the caller ([`Principal::id`](crate::Principal::id)). `None` if the caller
    /// was not authenticated.
    #[must_use]
    pub fn principal(&self) -> Option<&'a dyn Display> {
        Some(self.caller?.principal)
    }

    /// Returns the issuer of the caller's credential.
    #[must_use]
    pub fn issuer(&self) -> Option<&'a str> {
        self.caller?.issuer
    }

    /// Returns who acts for the caller (RFC 8693 section 4.1).
    #[must_use]
    pub const fn actor(&self) -> Option<&'a Actor> {
        match self.caller {
            Some(caller) => caller.actor,
            None => None,
        }
    }

    /// Returns the scheme that authenticated the caller, or that the caller tried.
    #[must_use]
    pub const fn scheme(&self) -> Option<&'a str> {
        self.scheme
    }

    /// Returns the rule that was decided. `None` if any authenticated caller is allowed, or if the
    /// caller was not authenticated.
    #[must_use]
    pub const fn rule(&self) -> Option<&'static Rule> {
        self.rule
    }

    /// Returns the method of the request. `None` for a decision outside of a request, such as by
    /// [`Authenticated::authorize`](crate::Authenticated::authorize).
    #[must_use]
    pub fn method(&self) -> Option<&'a Method> {
        Some(&self.request?.method)
    }

    /// Returns the path as the client sent it, without the query, which may contain secrets.
    #[must_use]
    pub fn path(&self) -> Option<&'a str> {
        Some(target(self.request?).path())
    }

    /// Returns the pattern of the route, such as `/reports/{id}`. An application has a limited
    /// number of patterns, so they can be labels of metrics.
    ///
    /// `None` for a fallback, and without the feature `request-info`.
    #[must_use]
    pub fn route(&self) -> Option<&'a str> {
        route(&self.request?.extensions)
    }

    /// Returns the address of the peer, which may be a proxy.
    ///
    /// `None` unless the server uses `into_make_service_with_connect_info::<SocketAddr>()`, and
    /// without the feature `request-info`.
    #[must_use]
    pub fn peer(&self) -> Option<SocketAddr> {
        peer(&self.request?.extensions)
    }

    /// Returns the time from the start of the request's last authentication to the decision. It
    /// includes the time in which schemes, resources and policies wait. `None` for a decision
    /// outside of a request.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        self.request?.extensions.get::<Started>().map(|Started(start)| start.elapsed())
    }
}

impl fmt::Debug for AccessEvent<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessEvent")
            .field("allowed", &self.is_allowed())
            .field("reason", &self.reason())
            .field("route", &self.route())
            .finish_non_exhaustive()
    }
}

/// The time at which the authentication of a request started. Only observed requests have it.
#[derive(Clone, Copy)]
struct Started(Instant);

impl Prepared {
    /// Notes the time if an observer needs it.
    #[inline]
    pub(crate) fn start_clock(&self, request: &mut Extensions) {
        if self.is_observed() {
            request.insert(Started(Instant::now()));
        }
    }

    #[inline]
    pub(crate) fn is_observed(&self) -> bool {
        !self.observers.is_empty()
    }

    /// Tells the observers that a caller was allowed.
    #[cold]
    pub(crate) fn tell_allowed(
        &self,
        principal: &dyn Display,
        context: &Context,
        rule: Option<&'static Rule>,
        request: Option<&Parts>,
    ) {
        let caller = Some(KnownCaller { principal, issuer: context.issuer(), actor: context.actor() });
        self.tell(&AccessEvent { caller, scheme: Some(context.scheme()), request, rule, denial: None });
    }

    #[cold]
    pub(super) fn tell_denied(&self, denial: &Denial, scheme: Option<&str>, request: Option<&Parts>) {
        let caller = denial.decision().map(|decided| KnownCaller {
            principal: &decided.principal,
            issuer: decided.issuer.as_deref(),
            actor: decided.actor.as_ref(),
        });
        self.tell(&AccessEvent { caller, scheme, request, rule: denial.right, denial: Some(denial) });
    }

    fn tell(&self, event: &AccessEvent<'_>) {
        static LIMIT: Limit = Limit::new();
        for observer in &self.observers {
            if caught(|| observer(event)).is_none() && LIMIT.allows_one() {
                tracing::error!(target: "authgate::gate", "an observer of decisions panicked");
            }
        }
    }
}
