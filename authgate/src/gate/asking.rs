use super::{Entry, Gate, Identified};
use crate::credentials::Presented;
use crate::denial::Reason;
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

pub(super) enum Step<'a, P> {
    Identified(Identified<P>),
    /// There is nobody left to be asked. Why nobody is identified, and the scheme that says so.
    Nobody(Reason, Option<usize>),
    /// A scheme's answer has to be waited for, and settled.
    Wait(usize, Later<'a, P>),
}

impl<'a, P: 'static> Asking<'a, P> {
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

    /// Whether none of them has to be waited for.
    #[inline]
    pub(super) fn never_waits(&self) -> bool {
        let mut asked = self.schemes.iter().enumerate().filter(|(index, entry)| self.asks(*index, entry));
        asked.all(|(_, entry)| entry.never_waits)
    }

    #[inline]
    fn asks(&self, index: usize, entry: &Entry<P>) -> bool {
        match self.deliberate {
            Some(deliberate) => index == deliberate,
            None => entry.attachment == Attachment::Cookie && entry.has_in(self.presented, self.taken),
        }
    }

    /// Asks until somebody is identified, nobody is left to be asked, or an answer has to be waited for.
    #[inline]
    pub(super) fn go_on(&mut self) -> Step<'a, P> {
        while let Some(entry) = self.schemes.get(self.next) {
            let index = self.next;
            self.next += 1;
            if !self.asks(index, entry) {
                continue;
            }
            match entry.scheme.authenticate(self.presented.again()) {
                Answer::Now(verdict) => {
                    if let Some(identified) = self.settle(index, verdict) {
                        return Step::Identified(identified);
                    }
                }
                Answer::Later(verdict) => return Step::Wait(index, verdict),
            }
        }
        Step::Nobody(self.worst.0, self.worst.1)
    }

    /// What a scheme's verdict comes to: somebody, or that others are asked.
    #[inline]
    pub(super) fn settle(&mut self, index: usize, verdict: Verdict<P>) -> Option<Identified<P>> {
        match (verdict, self.worst.0) {
            (Verdict::Identified(mut identity), _) => {
                identity.context.set_scheme(self.schemes.get(index).map_or("", |entry| entry.name));
                return Some(Identified { identity, scheme: index });
            }
            (verdict, Reason::Missing) => self.worst = (verdict.reason(), Some(index)),
            (Verdict::Undecided, _) => self.worst = (Reason::Undecided, Some(index)),
            _ => {}
        }
        None
    }
}
