use super::{Entry, Gate, Identified};
use crate::credentials::{Authorization, RequestCredentials};
use crate::guard::caught;
use crate::right::{AcceptedSchemes, CredentialError, Principal, Reason};
use crate::scheme::{Ambient, Answer, Outcome, PendingOutcome};

/// The outcome of one step of a request: a result, or a future to wait for.
///
/// The steps before the first wait run in one call, without a future. A request that does not wait
/// reserves no space for one.
#[derive(Debug)]
pub enum Step<T, W> {
    /// The result.
    Done(T),
    /// The state in which the step goes on once its future completes.
    Wait(W),
}

/// Runs the schemes that apply to a request, one after the other: the scheme of the deliberate
/// credential, or else the cookie schemes.
///
/// Only this type runs the code of schemes that decides. Callers must wrap it in
/// [`catch_panic`](Self::catch_panic).
pub(super) struct SchemeRunner {
    pub(super) accepted: AcceptedSchemes,
    deliberate: Option<usize>,
    /// The index of the next scheme.
    next: usize,
    /// The scheme whose code is running.
    running: Option<usize>,
    /// The most severe outcome so far among the schemes that did not identify the caller.
    pub(super) worst: Unidentified,
}

/// Why no caller was identified, and the scheme that decided so.
pub(super) type Unidentified = (Reason, Option<usize>);

/// The schemes have run, or the outcome of this scheme must be awaited and recorded.
pub(super) type Run<P> = Step<(), (usize, PendingOutcome<P>)>;

/// The caller, once a scheme has identified it. It is written in place, because an identity is
/// large and would be copied with each result that contains it.
pub(super) type Found<P> = Option<Identified<P>>;

impl SchemeRunner {
    #[inline]
    pub(super) const fn new(accepted: AcceptedSchemes) -> Self {
        let worst = (Reason::NoCredentials, None);
        Self { accepted, deliberate: None, next: 0, running: None, worst }
    }

    /// Runs the code of schemes. A panic denies the request, regardless of the other schemes.
    #[inline]
    pub(super) fn catch_panic<P>(
        &mut self,
        found: &mut Found<P>,
        ask: impl FnOnce(&mut Self, &mut Found<P>) -> Run<P>,
    ) -> Run<P> {
        caught(|| ask(self, found)).unwrap_or_else(|| {
            *found = None;
            self.fail(Reason::Failed, self.running)
        })
    }

    /// Denies the request, regardless of the outcomes so far.
    pub(super) const fn fail<P>(&mut self, reason: Reason, scheme: Option<usize>) -> Run<P> {
        self.worst = (reason, scheme);
        Step::Done(())
    }

    /// Determines which schemes apply, and runs them.
    ///
    /// Runs none if the request carries more than one deliberate credential, or a malformed
    /// `Authorization` field that no scheme reads.
    #[inline]
    pub(super) fn start<P: Principal>(
        &mut self,
        gate: &Gate<P>,
        presented: &RequestCredentials<'_>,
        found: &mut Found<P>,
    ) -> Run<P> {
        let authorization = presented.authorization();
        if matches!(authorization, Authorization::Ambiguous) {
            return self.fail(Reason::Ambiguous, None);
        }
        let mut is_read = false;
        for (index, entry) in gate.inner.schemes.iter().enumerate() {
            if entry.ambient != Ambient::Cookie && self.is_presented(index, entry, presented) {
                if let Some(other) = self.deliberate.replace(index) {
                    let (first, second) = (gate.name_of(other), entry.name);
                    tracing::debug!(target: "authgate::authentication", first, second, "a request has two credentials");
                    return self.fail(Reason::Ambiguous, None);
                }
                is_read = entry.is_in_authorization(presented);
            }
        }
        // A client that tries to authenticate must not be treated as another caller, such as the
        // holder of a cookie.
        if !is_read && authorization.is_malformed() {
            return self.fail(Reason::InvalidCredentials(CredentialError::Malformed), None);
        }
        self.next = self.deliberate.unwrap_or(0);
        self.run(gate, presented, found)
    }

    #[inline]
    fn is_presented<P: Principal>(
        &mut self,
        index: usize,
        entry: &Entry<P>,
        presented: &RequestCredentials<'_>,
    ) -> bool {
        self.running = Some(index);
        entry.presents_accepted_credential(presented, self.accepted)
    }

    /// Runs schemes until one identifies the caller, none is left, or an outcome must be awaited.
    #[inline]
    pub(super) fn run<P: Principal>(
        &mut self,
        gate: &Gate<P>,
        presented: &RequestCredentials<'_>,
        found: &mut Found<P>,
    ) -> Run<P> {
        while found.is_none()
            && let Some(entry) = gate.inner.schemes.get(self.next)
        {
            let index = self.next;
            self.next += 1;
            let applies = match self.deliberate {
                Some(deliberate) => index == deliberate,
                None => entry.ambient == Ambient::Cookie && self.is_presented(index, entry, presented),
            };
            if !applies {
                continue;
            }
            self.running = Some(index);
            match entry.scheme.authenticate(presented) {
                Answer::Ready(outcome) => self.record_outcome(gate, index, outcome, found),
                Answer::Pending(outcome) => return Step::Wait((index, outcome)),
            }
        }
        Step::Done(())
    }

    /// Records the outcome of a scheme, before the next one runs.
    #[inline]
    pub(super) fn record_outcome<P: Principal>(
        &mut self,
        gate: &Gate<P>,
        index: usize,
        outcome: Outcome<P>,
        found: &mut Found<P>,
    ) {
        let Outcome::Authenticated(identity) = outcome else {
            return self.record_failure(outcome.reason(), index);
        };
        let Identified { identity, .. } = found.insert(Identified { identity, scheme: index });
        identity.context.set_scheme(gate.name_of(index));
        // A shared principal has had its issuer since it was cached.
        if let Some(principal) = identity.principal.own_mut()
            && let Some(issuer) = identity.context.issuer()
        {
            principal.__set_issuer(issuer);
        }
    }

    /// Keeps the more severe of the outcome and the worst so far.
    fn record_failure(&mut self, reason: Reason, index: usize) {
        let is_worse = matches!(
            (reason, self.worst.0),
            (_, Reason::NoCredentials)
                | (Reason::Unavailable, _)
                | (
                    Reason::Busy
                        | Reason::Forbidden(_)
                        | Reason::InvalidCredentials(CredentialError::TooManyAttempts { .. }),
                    Reason::InvalidCredentials(_) | Reason::Ambiguous,
                )
        );
        if is_worse {
            self.worst = (reason, Some(index));
        }
    }
}
