//! Responses that are alike each time, kept once they were written: a denial then costs a copy.

use std::fmt::Write as _;
use std::sync::OnceLock;

use axum::body::Bytes;
use http::header::{CONTENT_LENGTH, HeaderMap, HeaderValue};

use super::{DecisionId, Form, Reason};

/// A response as it was written.
pub(super) struct Ready {
    headers: HeaderMap,
    body: Bytes,
    /// Where in the body the decision's id stands.
    id_at: Option<usize>,
}

impl Ready {
    /// What was written for a denial of this id, if it has one.
    pub(super) fn new((mut headers, body): (HeaderMap, Bytes), id: Option<DecisionId>) -> Self {
        // Makes room for axum's, which each copy then has.
        headers.insert(CONTENT_LENGTH, HeaderValue::from(body.len()));
        let id_at = id.and_then(|id| std::str::from_utf8(&body).ok()?.find(&id.to_string()));
        Self { headers, body, id_at }
    }

    /// The same for another denial.
    pub(super) fn again(&self, id: Option<DecisionId>) -> (HeaderMap, Bytes) {
        let body = match (id, self.id_at) {
            (Some(id), Some(at)) => self.with(id, at),
            _ => self.body.clone(),
        };
        let mut headers = self.headers.clone();
        // axum says it last: a layer may put another body in the place of this one.
        headers.remove(CONTENT_LENGTH);
        (headers, body)
    }

    /// The body with another id, of the same length.
    fn with(&self, id: DecisionId, at: usize) -> Bytes {
        let (before, after) = self.body.split_at_checked(at).unwrap_or_default();
        let Ok(before) = std::str::from_utf8(before) else { return self.body.clone() };
        let mut body = String::with_capacity(self.body.len());
        body.push_str(before);
        // Writing to a string does not fail.
        let _ = write!(body, "{id}");
        let after = after.get(DecisionId::LENGTH..).and_then(|after| std::str::from_utf8(after).ok());
        body.push_str(after.unwrap_or_default());
        body.into()
    }
}

/// What decides how such a response looks.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) reason: Reason,
    pub(super) form: Form,
    /// Whether it has a decision's id.
    pub(super) decided: bool,
    /// The scheme that was tried.
    pub(super) attempted: Option<usize>,
}

/// The responses of a gate, each written when it is needed first.
pub(super) struct Shelf {
    kept: Box<[OnceLock<Box<Ready>>]>,
    schemes: usize,
}

impl Shelf {
    pub(super) fn new(schemes: usize) -> Self {
        let count = Reason::ALL.len() * Form::ALL.len() * 2 * (schemes + 1);
        Self { kept: (0..count).map(|_| OnceLock::new()).collect(), schemes }
    }

    /// Where it is kept; `None` for what an application calls its own.
    pub(super) fn place(&self, kind: Kind) -> Option<&OnceLock<Box<Ready>>> {
        let Kind { reason, form, decided, attempted } = kind;
        let attempted = attempted.map_or(0, |scheme| scheme + 1);
        if attempted > self.schemes {
            return None;
        }
        let looks = (reason.position()? * Form::ALL.len() + form as usize) * 2 + usize::from(decided);
        self.kept.get(looks * (self.schemes + 1) + attempted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_kinds_are_kept_in_one_place() {
        let shelf = Shelf::new(2);
        let mut places = Vec::new();
        for reason in Reason::ALL {
            for form in Form::ALL {
                for decided in [false, true] {
                    for attempted in [None, Some(0), Some(1)] {
                        let place = shelf.place(Kind { reason, form, decided, attempted }).unwrap();
                        places.push(std::ptr::from_ref(place));
                    }
                }
            }
        }
        assert_eq!(places.len(), shelf.kept.len());
        places.sort();
        places.dedup();
        assert_eq!(places.len(), shelf.kept.len());
        let of_no_scheme =
            Kind { reason: Reason::Missing, form: Form::Page, decided: false, attempted: Some(2) };
        assert!(shelf.place(of_no_scheme).is_none());
    }

    #[test]
    fn the_id_is_the_only_thing_that_differs() {
        let [first, second] = [DecisionId::next(), DecisionId::next()];
        let body = format!("<é>{first}</é>");
        let ready = Ready::new((HeaderMap::new(), body.clone().into()), Some(first));
        let (headers, again) = ready.again(Some(second));
        assert_eq!(again, format!("<é>{second}</é>"));
        assert_eq!(headers, HeaderMap::new(), "the length is for axum to say");
    }
}
