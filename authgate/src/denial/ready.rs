//! Responses that are alike each time, kept once they were written: a denial then costs a copy.

use crate::right::Reason;
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::response::Parts;
use memchr::memmem;

use super::{DecisionId, Form};

/// A response as it was written.
pub(super) struct Ready {
    head: Parts,
    body: Bytes,
    /// Where in the body the decision's id stands.
    id_at: Option<usize>,
}

impl Ready {
    /// What was written for a denial of this id, if it has one.
    pub(super) fn new(written: Response<Bytes>, id: Option<DecisionId>) -> Self {
        let (mut head, body) = written.into_parts();
        // Makes room for axum's, which each copy then has.
        head.headers.insert(CONTENT_LENGTH, const { HeaderValue::from_static("") });
        let id_at = id.map(DecisionId::digits).and_then(|id| memmem::find(&body, &id));
        Self { head, body, id_at }
    }

    /// The same for another denial.
    pub(super) fn again(&self, id: Option<DecisionId>) -> Response {
        let body = match (id, self.id_at) {
            (Some(id), Some(at)) => self.with(id, at),
            _ => self.body.clone(),
        };
        let mut head = self.head.clone();
        // axum says it last: a layer may put another body in the place of this one.
        head.headers.remove(CONTENT_LENGTH);
        Response::from_parts(head, Body::from(body))
    }

    /// The body with another id, of the same length.
    fn with(&self, id: DecisionId, at: usize) -> Bytes {
        let mut body = self.body.to_vec();
        if let Some(place) = body.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = id.digits();
        }
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
    use http::StatusCode;
    use http::header::VARY;

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

    #[tokio::test]
    async fn the_id_is_the_only_thing_that_differs() {
        let [first, second] = [DecisionId::next(), DecisionId::next()];
        let mut written = Response::new(Bytes::from(format!("<é>{first}</é>")));
        *written.status_mut() = StatusCode::FORBIDDEN;
        written.headers_mut().insert(VARY, const { HeaderValue::from_static("accept") });
        let headers = written.headers().clone();
        let again = Ready::new(written, Some(first)).again(Some(second));
        assert_eq!(again.status(), StatusCode::FORBIDDEN);
        assert_eq!(*again.headers(), headers, "the length is for axum to say");
        let body = axum::body::to_bytes(again.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, format!("<é>{second}</é>"));
    }
}
