use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Entry, Gate, Identified};
use crate::credentials::{Authorization, RequestCredentials};
use crate::right::{CredentialError, Principal, Reason, Taken};
use crate::scheme::{Ambient, Answer, Later, Outcome};

/// Runs the schemes that apply to a request, one after the other: the scheme of the deliberate
/// credential, or else the cookie schemes.
///
/// Only this type runs the code of schemes that decides. Callers must wrap it in
/// [`guarded`](Self::guarded).
pub(super) struct Asking<'a, P> {
    schemes: &'a [Entry<P>],
    presented: &'a RequestCredentials<'a>,
    taken: Taken,
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
pub(super) type Asked<P> = Result<Identified<P>, Unidentified>;

pub(super) enum Step<'a, P> {
    Done(Asked<P>),
    /// The verdict of this scheme must be awaited and settled.
    Wait(usize, Later<'a, P>),
}

impl<'a, P: Principal> Asking<'a, P> {
    #[inline]
    pub(super) fn of(gate: &'a Gate<P>, presented: &'a RequestCredentials<'a>, taken: Taken) -> Self {
        let worst = (Reason::NoCredentials, None);
        let schemes = &*gate.inner.schemes;
        Self { schemes, presented, taken, deliberate: None, next: 0, running: None, worst }
    }

    /// Runs the code of schemes. A panic denies the request, regardless of the other schemes.
    ///
    /// # Errors
    ///
    /// Returns [`Reason::Failed`] and the scheme if its code panics.
    #[inline]
    pub(super) fn guarded<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> Result<T, Unidentified> {
        // Written in place, because an identity is large and would be copied twice.
        let mut asked = None;
        drop(catch_unwind(AssertUnwindSafe(|| asked = Some(ask(self)))));
        asked.ok_or((Reason::Failed, self.running))
    }

    /// Determines which schemes apply.
    ///
    /// # Errors
    ///
    /// Returns [`Unidentified`] if the request carries more than one deliberate credential, or a
    /// malformed `Authorization` field that no scheme reads.
    #[inline]
    pub(super) fn start(&mut self) -> Result<(), Unidentified> {
        let authorization = self.presented.authorization();
        if matches!(authorization, Authorization::Ambiguous) {
            return Err((Reason::Ambiguous, None));
        }
        let mut is_read = false;
        for (index, entry) in self.schemes.iter().enumerate() {
            if entry.ambient != Ambient::Cookie && self.is_presented(index, entry) {
                if self.deliberate.replace(index).is_some() {
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
    fn is_presented(&mut self, index: usize, entry: &Entry<P>) -> bool {
        self.running = Some(index);
        entry.has_in(self.presented, self.taken)
    }

    #[inline]
    fn asks(&mut self, index: usize, entry: &Entry<P>) -> bool {
        match self.deliberate {
            Some(deliberate) => index == deliberate,
            None => entry.ambient == Ambient::Cookie && self.is_presented(index, entry),
        }
    }

    /// Runs all schemes that apply. Returns `None`, without running a scheme, if one may have to
    /// wait.
    #[inline]
    pub(super) fn at_once(&mut self) -> Option<Asked<P>> {
        if let Err(unidentified) = self.start() {
            return Some(Err(unidentified));
        }
        for (index, entry) in self.schemes.iter().enumerate().filter(|(_, entry)| !entry.never_waits) {
            if self.asks(index, entry) {
                return None;
            }
        }
        // The schemes that may have to wait do not apply.
        while let Some((index, entry)) = self.next() {
            if entry.never_waits && self.asks(index, entry) {
                let verdict = self.ask(index, entry).unwrap_or(Outcome::Unavailable);
                if let Some(identified) = self.settle(index, verdict) {
                    return Some(Ok(identified));
                }
            }
        }
        Some(Err(self.worst))
    }

    /// Runs schemes until one identifies the caller, none is left, or a verdict must be awaited.
    #[inline]
    pub(super) fn go_on(&mut self) -> Step<'a, P> {
        while let Some((index, entry)) = self.next() {
            if !self.asks(index, entry) {
                continue;
            }
            match self.ask(index, entry) {
                Ok(verdict) => {
                    if let Some(identified) = self.settle(index, verdict) {
                        return Step::Done(Ok(identified));
                    }
                }
                Err(verdict) => return Step::Wait(index, verdict),
            }
        }
        Step::Done(Err(self.worst))
    }

    #[inline]
    fn next(&mut self) -> Option<(usize, &'a Entry<P>)> {
        let index = self.next;
        self.next += 1;
        Some((index, self.schemes.get(index)?))
    }

    /// Returns the verdict of a scheme, or the future to await. A future from a scheme that
    /// declared `never_waits` counts as undecided.
    #[inline]
    fn ask(&mut self, index: usize, entry: &'a Entry<P>) -> Result<Outcome<P>, Later<'a, P>> {
        self.running = Some(index);
        match entry.scheme.authenticate(self.presented.again()) {
            Answer::Ready(verdict) => Ok(verdict),
            Answer::Pending(_) if entry.never_waits => {
                let scheme = entry.name;
                tracing::error!(target: "authgate::gate", scheme, "a scheme that declares `never_waits` must wait");
                Ok(Outcome::Unavailable)
            }
            Answer::Pending(verdict) => Err(verdict),
        }
    }

    /// Returns the identity, or records the outcome before the next scheme runs.
    #[inline]
    pub(super) fn settle(&mut self, index: usize, verdict: Outcome<P>) -> Option<Identified<P>> {
        match (verdict, self.worst.0) {
            (Outcome::Authenticated(mut identity), _) => {
                identity.context.set_scheme(self.schemes.get(index).map_or("", |entry| entry.name));
                if let Some(issuer) = identity.context.issuer() {
                    identity.principal.__set_issuer(issuer);
                }
                return Some(Identified { identity, scheme: index });
            }
            (verdict, Reason::NoCredentials) => self.worst = (verdict.reason(), Some(index)),
            (Outcome::Unavailable, _) => self.worst = (Reason::Unavailable, Some(index)),
            (Outcome::Busy, Reason::InvalidCredentials(_) | Reason::Ambiguous) => {
                self.worst = (Reason::Busy, Some(index));
            }
            _ => {}
        }
        None
    }
}
