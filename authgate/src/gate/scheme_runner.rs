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
    worst: Unidentified,
}

/// Why no caller was identified, and the scheme that decided so.
pub(super) type Unidentified = (Reason, Option<usize>);

/// The identity of the caller, or why no caller was identified.
pub(super) type IdentifyResult<P> = Result<Identified<P>, Unidentified>;

/// The outcome of this scheme must be awaited and settled.
pub(super) type Awaited<P> = (usize, PendingOutcome<P>);

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
        ask: impl FnOnce(&mut Self) -> Step<IdentifyResult<P>, Awaited<P>>,
    ) -> Step<IdentifyResult<P>, Awaited<P>> {
        // Written in place, because an identity is large and would be copied twice.
        let mut asked = None;
        caught(|| asked = Some(ask(self)));
        asked.unwrap_or(Step::Done(Err((Reason::Failed, self.running))))
    }

    /// Determines which schemes apply.
    ///
    /// # Errors
    ///
    /// Returns [`Unidentified`] if the request carries more than one deliberate credential, or a
    /// malformed `Authorization` field that no scheme reads.
    #[inline]
    pub(super) fn start<P: Principal>(
        &mut self,
        gate: &Gate<P>,
        presented: &RequestCredentials<'_>,
    ) -> Result<(), Unidentified> {
        let authorization = presented.authorization();
        if matches!(authorization, Authorization::Ambiguous) {
            return Err((Reason::Ambiguous, None));
        }
        let mut is_read = false;
        for (index, entry) in gate.inner.schemes.iter().enumerate() {
            if entry.ambient != Ambient::Cookie && self.is_presented(index, entry, presented) {
                if let Some(other) = self.deliberate.replace(index) {
                    let (first, second) = (gate.name_of(other), entry.name);
                    tracing::debug!(target: "authgate::authentication", first, second, "a request has two credentials");
                    return Err((Reason::Ambiguous, None));
                }
                is_read = entry.reads_authorization;
            }
        }
        // A client that tries to authenticate must not be treated as another caller, such as the
        // holder of a cookie.
        if !is_read && authorization.is_malformed() {
            return Err((Reason::InvalidCredentials(CredentialError::Malformed), None));
        }
        self.next = self.deliberate.unwrap_or(0);
        Ok(())
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
    ) -> Step<IdentifyResult<P>, Awaited<P>> {
        while let Some(entry) = gate.inner.schemes.get(self.next) {
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
                Answer::Ready(outcome) => {
                    if let Some(identified) = self.record_outcome(gate, index, outcome) {
                        return Step::Done(Ok(identified));
                    }
                }
                Answer::Pending(outcome) => return Step::Wait((index, outcome)),
            }
        }
        Step::Done(Err(self.worst))
    }

    /// Returns the identity, or records the outcome before the next scheme runs.
    // Inlined, because an identity is large and would be copied otherwise.
    #[inline(always)]
    pub(super) fn record_outcome<P: Principal>(
        &mut self,
        gate: &Gate<P>,
        index: usize,
        outcome: Outcome<P>,
    ) -> Option<Identified<P>> {
        let Outcome::Authenticated(mut identity) = outcome else {
            self.record_failure(outcome.reason(), index);
            return None;
        };
        identity.context.set_scheme(gate.name_of(index));
        if let Some(issuer) = identity.context.issuer() {
            identity.principal.__set_issuer(issuer);
        }
        Some(Identified { identity, scheme: index })
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
