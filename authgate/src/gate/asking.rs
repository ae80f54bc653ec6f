use std::panic::{AssertUnwindSafe, catch_unwind};

use super::{Entry, Gate, Identified};
use crate::credentials::{Authorization, Presented};
use crate::right::{Fault, Principal, Reason, Taken};
use crate::scheme::{Answer, Attachment, Later, Verdict};

/// The schemes that have to be asked of a request, asked one after the other: that of the deliberate credential, or else those
/// of the cookies.
///
/// The one place where the code of schemes decides. A caller runs it by [`guarded`](Self::guarded).
pub(super) struct Asking<'a, P> {
    schemes: &'a [Entry<P>],
    presented: &'a Presented<'a>,
    taken: Taken,
    deliberate: Option<usize>,
    /// The next that may be asked.
    next: usize,
    /// The scheme whose code runs.
    running: Option<usize>,
    /// What is said of those that were asked and did not say yes.
    worst: Unidentified,
}

/// Why nobody is identified, and the scheme that says so.
pub(super) type Unidentified = (Reason, Option<usize>);

/// Who is identified, or why nobody is.
pub(super) type Asked<P> = Result<Identified<P>, Unidentified>;

pub(super) enum Step<'a, P> {
    Done(Asked<P>),
    /// A scheme's answer has to be waited for, and settled.
    Wait(usize, Later<'a, P>),
}

impl<'a, P: Principal> Asking<'a, P> {
    #[inline]
    pub(super) fn of(gate: &'a Gate<P>, presented: &'a Presented<'a>, taken: Taken) -> Self {
        let worst = (Reason::Missing, None);
        let schemes = &*gate.inner.schemes;
        Self { schemes, presented, taken, deliberate: None, next: 0, running: None, worst }
    }

    /// Runs the code of schemes. A panic denies the request, whatever other schemes would say.
    ///
    /// # Errors
    ///
    /// Returns [`Reason::Failed`] and the scheme if its code panics.
    #[inline]
    pub(super) fn guarded<T>(&mut self, ask: impl FnOnce(&mut Self) -> T) -> Result<T, Unidentified> {
        // Written where it stays: an identity is large, and would be copied twice on its way through.
        let mut asked = None;
        drop(catch_unwind(AssertUnwindSafe(|| asked = Some(ask(self)))));
        asked.ok_or((Reason::Failed, self.running))
    }

    /// Finds out which schemes have to be asked.
    ///
    /// # Errors
    ///
    /// More than one credential is deliberate, or the `Authorization` field is malformed and no scheme reads it.
    #[inline]
    pub(super) fn start(&mut self) -> Result<(), Unidentified> {
        let authorization = self.presented.authorization();
        if matches!(authorization, Authorization::Ambiguous) {
            return Err((Reason::Ambiguous, None));
        }
        let mut is_read = false;
        for (index, entry) in self.schemes.iter().enumerate() {
            if entry.attachment != Attachment::Cookie && self.is_presented(index, entry) {
                if self.deliberate.replace(index).is_some() {
                    return Err((Reason::Ambiguous, None));
                }
                is_read = entry.reads_authorization;
            }
        }
        // A client that means to authenticate must not be taken for another caller, such as the holder of a cookie.
        if !is_read && authorization.is_malformed() {
            return Err((Reason::Refused(Fault::Malformed), None));
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
            None => entry.attachment == Attachment::Cookie && self.is_presented(index, entry),
        }
    }

    /// Asks all of them, where none may have to be waited for; `None`, and nobody is asked, where one may have to be.
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
        // Those that may were found to have nothing to be asked about.
        while let Some((index, entry)) = self.next() {
            if entry.never_waits && self.asks(index, entry) {
                let verdict = self.ask(index, entry).unwrap_or(Verdict::Undecided);
                if let Some(identified) = self.settle(index, verdict) {
                    return Some(Ok(identified));
                }
            }
        }
        Some(Err(self.worst))
    }

    /// Asks until somebody is identified, nobody is left to be asked, or an answer has to be waited for.
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

    /// A scheme's verdict, or that it has to be waited for. Who says that it never has to be, and has, is not believed.
    #[inline]
    fn ask(&mut self, index: usize, entry: &'a Entry<P>) -> Result<Verdict<P>, Later<'a, P>> {
        self.running = Some(index);
        match entry.scheme.authenticate(self.presented.again()) {
            Answer::Now(verdict) => Ok(verdict),
            Answer::Later(_) if entry.never_waits => {
                let scheme = entry.name;
                tracing::error!(target: "authgate::gate", scheme, "a scheme has to be waited for that says it never has to be");
                Ok(Verdict::Undecided)
            }
            Answer::Later(verdict) => Err(verdict),
        }
    }

    /// What a scheme's verdict comes to: somebody, or that others are asked.
    #[inline]
    pub(super) fn settle(&mut self, index: usize, verdict: Verdict<P>) -> Option<Identified<P>> {
        match (verdict, self.worst.0) {
            (Verdict::Identified(mut identity), _) => {
                identity.context.set_scheme(self.schemes.get(index).map_or("", |entry| entry.name));
                if let Some(issuer) = identity.context.issuer() {
                    identity.principal.__set_issuer(issuer);
                }
                return Some(Identified { identity, scheme: index });
            }
            (verdict, Reason::Missing) => self.worst = (verdict.reason(), Some(index)),
            (Verdict::Undecided, _) => self.worst = (Reason::Undecided, Some(index)),
            (Verdict::Busy, Reason::Refused(_) | Reason::Ambiguous) => {
                self.worst = (Reason::Busy, Some(index));
            }
            _ => {}
        }
        None
    }
}
