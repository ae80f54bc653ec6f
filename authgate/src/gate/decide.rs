//! The decision of a gate on a request.

#[cfg(feature = "session")]
use std::any::Any;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;
use http::header::{HeaderMap, HeaderName, HeaderValue};
use http::request::Parts;

use super::cross_site::Origins;
use super::login_page::LoginPage;
use super::scheme_runner::{Found, SchemeRunner, Step};
use super::{GateBuilder, GateLayer, HasGate, ResponseHooks};
use crate::credentials::RequestCredentials;
use crate::dangerous::Weaker;
use crate::denial::{Client, Denial, Prepared};
use crate::guard::{RunResult, caught, in_time};
use crate::right::{AcceptedSchemes, Context, ForbiddenReason, Login, Principal, Reason, Refused, Rule};
use crate::scheme::{Ambient, Identity, Outcome, PendingOutcome, Scheme};
use crate::test_hooks::{Hooks, RequestHooks as _};

/// Authenticates callers as a `P`, with the schemes that it was built with.
///
/// Extractors find it in the application's state through [`FromRef`](axum::extract::FromRef).
/// Clones share the same gate. Use one gate per kind of caller. [`Either`](crate::Either) accepts
/// the callers of two gates on one route.
#[doc = include_str!("gate.md")]
pub struct Gate<P> {
    pub(crate) inner: Arc<Inner<P>>,
}

pub(crate) struct Inner<P> {
    /// `dyn`, so that the types of the schemes do not appear in the application's state.
    pub(crate) schemes: Box<[Entry<P>]>,
    /// The limit for a scheme that waits.
    pub(crate) timeout: Duration,
    /// The rights that every caller must have.
    pub(crate) required: Arc<[Required<P>]>,
    pub(crate) origins: Origins,
    pub(crate) login_page: Option<LoginPage>,
    /// The request fields that affect responses, for `Vary`.
    pub(crate) fields: HeaderValue,
    /// The request fields that schemes read.
    pub(crate) credential_fields: Box<[HeaderName]>,
    pub(crate) prepared: Arc<Prepared>,
    /// The settings that are weaker than the default.
    pub(crate) weaker: Box<[Weaker]>,
}

/// A right that every caller must have.
pub(crate) struct Required<P> {
    pub(super) right: &'static Rule,
    pub(super) evaluate: fn(&P, &Context) -> Result<(), Refused>,
}

pub(crate) struct Entry<P> {
    pub(crate) name: &'static str,
    pub(crate) ambient: Ambient,
    /// `true` if caches may not recognize the credential (RFC 9111 section 3.5).
    pub(crate) is_unknown_to_caches: bool,
    /// `true` if the scheme reads the `Authorization` field.
    pub(crate) reads_authorization: bool,
    /// The request fields that the scheme reads.
    pub(crate) fields: Box<[HeaderName]>,
    pub(crate) knows_login: bool,
    pub(crate) sets_response_fields: bool,
    /// `true` if the scheme can run again for the same request without an effect.
    pub(crate) is_repeatable: bool,
    /// The protection space of a session scheme.
    #[cfg(feature = "session")]
    pub(crate) space: Option<Arc<dyn Any + Send + Sync>>,
    pub(crate) scheme: Box<dyn Scheme<P>>,
}

impl<P: 'static> Entry<P> {
    /// Returns `true` if the request carries a credential of the scheme and the route accepts it.
    pub(super) fn presents_accepted_credential(
        &self,
        presented: &RequestCredentials<'_>,
        accepted: AcceptedSchemes,
    ) -> bool {
        accepted.accepts(self.name) && self.scheme.is_presented(self.name, presented)
    }

    /// Returns `true` if the response may need headers from this scheme.
    pub(super) fn needs_response_hooks(&self) -> bool {
        self.is_unknown_to_caches || self.sets_response_fields
    }
}

impl<P> Clone for Gate<P> {
    fn clone(&self) -> Self {
        Self { inner: Arc::clone(&self.inner) }
    }
}

impl<P> fmt::Debug for Gate<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let schemes = self.inner.schemes.iter().map(|entry| entry.name);
        f.debug_list().entries(schemes).entries(&self.inner.weaker).finish()
    }
}

/// An identity, with the index of the scheme that returned it.
pub(crate) struct Identified<P> {
    pub(crate) identity: Identity<P>,
    pub(crate) scheme: usize,
}

/// A request whose scheme must be awaited.
pub(crate) struct Waiting<P> {
    asking: SchemeRunner,
    /// The scheme whose outcome is awaited.
    scheme: usize,
    outcome: PendingOutcome<P>,
}

/// Returns the gate in the state, unless a test has replaced it.
pub(crate) fn gate_of<P: Principal, S: HasGate<P>>(request: &Parts, state: &S) -> Gate<P> {
    Hooks::replaced(&request.extensions).unwrap_or_else(|| state.gate())
}

impl<P: Principal> Gate<P> {
    /// Creates a builder.
    pub fn builder() -> GateBuilder<P> {
        GateBuilder::new()
    }

    /// Returns a layer for a plain `axum::Router`. It sets the response headers of schemes, and
    /// keeps the original target of requests in nested routers. [`Router`](crate::Router) includes
    /// it, and also sets `Vary` for handlers with an optional caller. On a plain router, such
    /// handlers must set `Vary`.
    #[must_use]
    pub fn layer(&self) -> GateLayer {
        GateLayer::new(self.inner.schemes.iter().any(Entry::needs_response_hooks)).keeping_target()
    }

    /// Authenticates the caller, by these rules in order:
    ///
    /// 1. Two `Authorization` fields, or two credentials other than cookies, are ambiguous. A
    ///    malformed `Authorization` field that no scheme of the gate reads is rejected.
    /// 2. A credential other than a cookie decides alone, valid or not.
    /// 3. Cookie schemes run in order, and the first success decides. If none succeeds, undecided
    ///    outranks forbidden, forbidden outranks too many attempts, and those outrank rejected.
    /// 4. For ambient credentials, unsafe cross-site requests are rejected.
    ///
    /// Ignores well-formed credentials of schemes that the route does not accept. A panic of a
    /// scheme gives [`Reason::Failed`], and no other scheme runs.
    ///
    /// Returns [`Step::Wait`] at the first scheme that must be awaited.
    #[inline]
    pub(crate) fn identify(
        &self,
        presented: &RequestCredentials<'_>,
        accepted: AcceptedSchemes,
    ) -> Step<Result<Identified<P>, Denial>, Waiting<P>> {
        let (mut asking, mut found) = (SchemeRunner::new(accepted), None);
        match asking.catch_panic(&mut found, |asking, found| asking.start(self, presented, found)) {
            Step::Done(()) => Step::Done(self.conclude(presented, &asking, found)),
            Step::Wait((scheme, outcome)) => Step::Wait(Waiting { asking, scheme, outcome }),
        }
    }

    /// Waits for the scheme, and goes on as [`identify`](Self::identify) does.
    pub(crate) async fn resume(
        &self,
        waiting: Waiting<P>,
        presented: &RequestCredentials<'_>,
    ) -> Result<Identified<P>, Denial> {
        let Waiting { mut asking, mut scheme, mut outcome } = waiting;
        loop {
            let outcome_in_time = self.in_time(scheme, outcome).await;
            let mut found = None;
            let step = match outcome_in_time {
                None => asking.fail(Reason::Failed, Some(scheme)),
                Some(outcome) => {
                    asking.record_outcome(self, scheme, outcome, &mut found);
                    asking.catch_panic(&mut found, |asking, found| asking.run(self, presented, found))
                }
            };
            match step {
                Step::Done(()) => return self.conclude(presented, &asking, found),
                Step::Wait(next) => (scheme, outcome) = next,
            }
        }
    }

    /// Applies the cross-site check, or builds the denial.
    #[inline(always)]
    fn conclude(
        &self,
        presented: &RequestCredentials<'_>,
        asking: &SchemeRunner,
        found: Found<P>,
    ) -> Result<Identified<P>, Denial> {
        let SchemeRunner { accepted, worst: (reason, attempted), .. } = *asking;
        match found {
            Some(identified) => match self.check_cross_site(presented, accepted, identified.scheme) {
                None => Ok(identified),
                Some(denial) => Err(denial),
            },
            None => Err(self.refuse(presented, accepted, reason, attempted)),
        }
    }

    /// Rejects an unsafe cross-site request whose credential is ambient.
    #[inline]
    fn check_cross_site(
        &self,
        presented: &RequestCredentials<'_>,
        accepted: AcceptedSchemes,
        scheme: usize,
    ) -> Option<Denial> {
        let entry = self.inner.schemes.get(scheme);
        let by_itself = entry.is_none_or(|entry| entry.ambient != Ambient::No);
        let refused = by_itself && self.inner.origins.refuse(presented.parts());
        refused.then(|| self.refuse(presented, accepted, Reason::CrossSite, Some(scheme)))
    }

    /// Returns `true` if the credential of this scheme is in the `Authorization` field.
    #[cfg(feature = "oauth")]
    pub(crate) fn reads_authorization_by(&self, scheme: usize) -> bool {
        let entry = self.inner.schemes.get(scheme);
        entry.is_some_and(|entry| entry.reads_authorization && !entry.scheme.properties().is_relocated)
    }

    pub(crate) fn name_of(&self, scheme: usize) -> &'static str {
        self.inner.schemes.get(scheme).map_or("", |entry| entry.name)
    }

    /// Waits for the outcome of a scheme. Returns `None` if the scheme panics.
    async fn in_time(&self, scheme: usize, outcome: PendingOutcome<P>) -> Option<Outcome<P>> {
        match in_time(outcome, self.inner.timeout).await {
            RunResult::Completed(outcome) => Some(outcome),
            RunResult::Panicked => None,
            RunResult::TimedOut => {
                let (scheme, after) = (self.name_of(scheme), self.inner.timeout.as_secs_f64());
                tracing::error!(target: "authgate::gate", scheme, after, "a scheme did not answer in time");
                Some(Outcome::Unavailable)
            }
        }
    }

    /// Builds the denial for a request that identifies no caller.
    pub(crate) fn refuse(
        &self,
        presented: &RequestCredentials<'_>,
        accepted: AcceptedSchemes,
        reason: Reason,
        attempted: Option<usize>,
    ) -> Denial {
        let schemes = self.inner.schemes.iter();
        if !self.has_accepted_scheme(accepted) {
            tracing::error!(target: "authgate::gate", "a route accepts only schemes that its gate does not have");
            return self.deny(Reason::Unavailable, self.client(presented.headers()));
        }
        let mut denial = self.deny(reason, self.client(presented.headers())).accepting(accepted);
        if let Some(index) = attempted {
            denial = denial.attempted(index);
        }
        // A client that must wait gets no login page and no challenge.
        if !reason.is_about_authentication() || reason.retry_after().is_some() {
            return denial;
        }
        let of_cookie = |entry: &Entry<P>| entry.ambient == Ambient::Cookie;
        let tried_cookie = attempted.is_none_or(|index| self.inner.schemes.get(index).is_some_and(of_cookie));
        // A login does not help if the `Authorization` field is ambiguous or malformed.
        let of_a_field =
            reason == Reason::Ambiguous || (attempted.is_none() && reason != Reason::NoCredentials);
        if let Some(page) = self.inner.login_page.as_ref().filter(|_| {
            !of_a_field
                && tried_cookie
                && schemes.clone().any(|entry| of_cookie(entry) && accepted.accepts(entry.name))
        }) {
            denial =
                denial.with_login_redirect(page.instead_of(presented.parts(), reason, &Login::default()));
        }
        if denial.login_page().is_some() {
            return denial;
        }
        if self.inner.login_page.is_some() {
            denial = self.with_login_link(denial, presented.parts());
        }
        for (index, entry) in schemes.enumerate().filter(|(_, entry)| accepted.accepts(entry.name)) {
            let fault = match reason {
                Reason::InvalidCredentials(fault) if attempted == Some(index) => Some(fault),
                _ => None,
            };
            let fresh = caught(|| (entry.scheme.fresh_challenges(fault), entry.scheme.__denial_fields()));
            let Some((fresh, fields)) = fresh else {
                return self.deny(Reason::Failed, self.client(presented.headers())).attempted(index);
            };
            if !fresh.is_empty() {
                denial = denial.with_fresh(index, &fresh);
            }
            denial = denial.with_fields(fields);
        }
        denial
    }

    pub(crate) fn deny(&self, reason: Reason, client: Client) -> Denial {
        Denial::new(reason, client, &self.inner.prepared)
    }

    /// Rejects an unsafe cross-site request before a credential protects it, such as a sign-in.
    ///
    /// # Errors
    ///
    /// Returns [`Denial`] if the request is unsafe and cross-site.
    pub(crate) fn refuse_cross_site(&self, request: &Parts) -> Result<(), Denial> {
        if self.inner.origins.refuse(request) {
            return Err(self.deny(Reason::CrossSite, self.client(&request.headers)));
        }
        Ok(())
    }

    /// Returns the protection spaces of the session schemes, with the index of each scheme.
    #[cfg(feature = "session")]
    pub(crate) fn session_spaces(&self) -> impl Iterator<Item = (usize, &(dyn Any + Send + Sync))> {
        let schemes = self.inner.schemes.iter().enumerate();
        schemes.filter_map(|(index, entry)| Some((index, entry.space.as_deref()?)))
    }

    /// Returns the rights that every caller must have and that this caller lacks, except those that
    /// the route waives.
    #[inline]
    pub(crate) fn lacked_rights(
        &self,
        principal: &P,
        context: &Context,
        right: Option<&'static Rule>,
    ) -> impl Iterator<Item = (Refused, &'static Rule)> {
        self.inner.required.iter().filter_map(move |required| {
            let is_waived = right.is_some_and(|right| right.waives(required.right));
            let refused = if is_waived { None } else { (required.evaluate)(principal, context).err() };
            refused.map(|refused| (refused, required.right))
        })
    }

    /// Replaces a missing login with a missing scheme if no accepted scheme supports logins.
    pub(crate) fn possible(&self, reason: Reason, accepted: AcceptedSchemes) -> Reason {
        let knows = |entry: &Entry<P>| accepted.accepts(entry.name) && entry.knows_login;
        if reason == Reason::Forbidden(ForbiddenReason::Login) && !self.inner.schemes.iter().any(knows) {
            Reason::Forbidden(ForbiddenReason::Scheme)
        } else {
            reason
        }
    }

    /// Returns `true` if both are clones of the same gate.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.inner, &other.inner)
    }

    /// Returns `true` if the scheme can run again for the same request without an effect.
    pub(crate) fn is_repeatable(&self, scheme: usize) -> bool {
        self.inner.schemes.get(scheme).is_some_and(|entry| entry.is_repeatable)
    }

    /// Returns the values of the fields that schemes read, each with the position of its field.
    pub(crate) fn credential_fields<'a>(
        &'a self,
        headers: &'a HeaderMap,
    ) -> impl Iterator<Item = (usize, &'a HeaderValue)> {
        let fields = self.inner.credential_fields.iter().enumerate();
        fields.flat_map(|(position, field)| headers.get_all(field).iter().map(move |value| (position, value)))
    }

    /// Notes the time if an observer needs it.
    #[inline]
    pub(crate) fn start_clock(&self, request: &mut Extensions) {
        self.inner.prepared.start_clock(request);
    }

    /// Returns the observers, if there are any.
    #[inline]
    pub(crate) fn observed(&self) -> Option<&Arc<Prepared>> {
        Some(&self.inner.prepared).filter(|prepared| prepared.is_observed())
    }

    /// Returns the limit for a scheme that waits.
    pub(crate) fn timeout(&self) -> Duration {
        self.inner.timeout
    }

    /// Returns the client to deny.
    pub(crate) fn client(&self, headers: &HeaderMap) -> Client {
        Client::of(headers, self.inner.prepared.reads())
    }

    /// Returns the client of an authenticated caller, who may be denied later.
    pub(crate) fn known_client(&self, headers: &HeaderMap, request: Option<&Parts>) -> Client {
        let client = Client::known(headers, self.inner.prepared.reads());
        #[cfg(feature = "oauth")]
        let client = client.at_resource(&self.inner.prepared, request);
        #[cfg(not(feature = "oauth"))]
        let _ = request;
        client
    }

    /// Returns the request fields for `Vary` if caches do not protect the response themselves.
    pub(crate) fn depends_on(&self, scheme: Option<usize>) -> Option<HeaderValue> {
        let mut schemes = self.inner.schemes.iter().enumerate();
        let depends = schemes
            .any(|(index, entry)| entry.is_unknown_to_caches && scheme.is_none_or(|scheme| scheme == index));
        depends.then(|| self.inner.fields.clone())
    }

    /// Keeps caches from serving a response to a request without a caller to other callers. A
    /// handler that receives the denial may respond as it likes.
    pub(crate) fn protect_anonymous_response(&self, request: &Parts) {
        let Some(response_hooks) = request.extensions.get::<ResponseHooks>() else { return };
        response_hooks.varies_with(self.fields());
        if let Some(fields) = self.depends_on(None) {
            response_hooks.depends_on(fields);
        }
    }

    /// Returns the request fields that affect responses to anonymous callers.
    pub(crate) fn fields(&self) -> HeaderValue {
        self.inner.fields.clone()
    }
}
