use super::{Entry, Gate, Identified};
use crate::credentials::Presented;
use crate::denial::Reason;
use crate::right::Principal;
use crate::scheme::{Answer, Attachment, Later, Taken, Verdict};

/// The schemes that have to be asked of a request, asked one after the other: that of the deliberate credential, or else those
/// of the cookies.
pub(super) struct Asking<'a, P> {
    schemes: &'a [Entry<P>],
    presented: &'a Presented<'a>,
    taken: Taken,
    deliberate: Option<usize>,
    /// The next that may be asked.
    next: usize,
    /// What is said of those that were asked and did not say yes.
    worst: (Reason, Option<usize>),
}

/// Who is identified; or why nobody is, and the scheme that says so.
pub(super) type Asked<P> = Result<Identified<P>, (Reason, Option<usize>)>;

pub(super) enum Step<'a, P> {
    Done(Asked<P>),
    /// A scheme's answer has to be waited for, and settled.
    Wait(usize, Later<'a, P>),
}

impl<'a, P: Principal> Asking<'a, P> {
    /// Finds out which schemes those are.
    ///
    /// # Errors
    ///
    /// More than one credential is deliberate.
    #[inline]
    pub(super) fn of(gate: &'a Gate<P>, presented: &'a Presented<'a>, taken: Taken) -> Result<Self, Reason> {
        let schemes = &*gate.inner.schemes;
        let mut deliberate = None;
        for (index, entry) in schemes.iter().enumerate() {
            let is_deliberate = entry.attachment != Attachment::Cookie && entry.has_in(presented, taken);
            if is_deliberate && deliberate.replace(index).is_some() {
                return Err(Reason::Ambiguous);
            }
        }
        let worst = (Reason::Missing, None);
        Ok(Self { schemes, presented, taken, deliberate, next: deliberate.unwrap_or(0), worst })
    }

    #[inline]
    fn asks(&self, index: usize, entry: &Entry<P>) -> bool {
        match self.deliberate {
            Some(deliberate) => index == deliberate,
            None => entry.attachment == Attachment::Cookie && entry.has_in(self.presented, self.taken),
        }
    }

    /// Asks all of them, where none may have to be waited for; `None`, and nobody is asked, where one may have to be.
    #[inline]
    pub(super) fn at_once(&mut self) -> Option<Asked<P>> {
        let mut may_wait = self.schemes.iter().enumerate().filter(|(_, entry)| !entry.never_waits);
        if may_wait.any(|(index, entry)| self.asks(index, entry)) {
            return None;
        }
        // Those that may were found to have nothing to be asked about.
        while let Some((index, entry)) = self.next() {
            if entry.never_waits && self.asks(index, entry) {
                let verdict = self.ask(entry).unwrap_or(Verdict::Undecided);
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
            match self.ask(entry) {
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
    fn ask(&self, entry: &'a Entry<P>) -> Result<Verdict<P>, Later<'a, P>> {
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
            _ => {}
        }
        None
    }
}
