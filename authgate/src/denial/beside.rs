//! Denials of routes that accept the callers of two gates.

use http::HeaderValue;

use super::Denial;
use super::line::Pick;

impl Denial {
    /// Adds the challenges and `Vary` of another gate, whose callers the route allows as well.
    ///
    /// A browser without credentials gets the login page of either gate.
    pub(crate) fn beside(mut self, mut other: Self) -> Self {
        if !self.reason.is_about_authentication() || self.reason.retry_after().is_some() {
            return self;
        }
        let offers_login = |denial: &Self| {
            denial
                .extra
                .as_ref()
                .is_some_and(|extra| extra.login_page.is_some() || extra.login_link.is_some())
        };
        if self.reason == other.reason && offers_login(&other) && !offers_login(&self) {
            std::mem::swap(&mut self, &mut other);
        }
        self.extra.get_or_insert_default().beside = Some(Box::new(other));
        self
    }

    /// Returns the denial of the other gate.
    pub(super) fn other(&self) -> Option<&Self> {
        self.extra.as_ref()?.beside.as_deref()
    }

    /// Returns the challenges of both gates in the order of one gate. Equal ones are sent once.
    pub(super) fn joined_challenges(&self, other: &Self, pick: Pick) -> Vec<HeaderValue> {
        let mut values = Vec::new();
        for denial in [self, other] {
            denial.authentication_challenges(pick, |line, value| {
                if !values.iter().any(|(_, known)| *known == value) {
                    values.push((line.challenge.rank(), value));
                }
            });
        }
        // The sort is stable, so each gate keeps its order.
        values.sort_by_key(|(rank, _)| *rank);
        values.into_iter().map(|(_, value)| value).collect()
    }
}
