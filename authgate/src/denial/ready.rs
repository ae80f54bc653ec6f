//! A cache of responses, so that repeated denials only copy one.
//!
//! Without it, an anonymous request takes 8,075 instead of 7,143 instructions (+13 %), and a 403
//! allocates once more: the rows `anonymous` and `wrong role` of `.ci/instructions`.

use crate::right::Reason;
use std::sync::OnceLock;

use axum::body::{Body, Bytes};
use axum::response::Response;
use http::header::{CONTENT_LENGTH, HeaderValue};
use http::response::Parts;
use memchr::memmem;

use super::{BodyFormat, DecisionId};

/// A cached response.
pub(super) struct CachedResponse {
    head: Parts,
    body: Bytes,
    /// The position of the decision id in the body.
    id_at: Option<usize>,
}

impl CachedResponse {
    /// Stores the response to a denial, with its id if it has one.
    pub(super) fn new(written: Response<Bytes>, id: Option<DecisionId>) -> Self {
        let (mut head, body) = written.into_parts();
        // Reserves capacity for the field, which axum adds to each copy.
        head.headers.insert(CONTENT_LENGTH, const { HeaderValue::from_static("") });
        let id_at = id.map(DecisionId::digits).and_then(|id| memmem::find(&body, &id));
        Self { head, body, id_at }
    }

    /// Returns the response for another denial.
    pub(super) fn to_response(&self, id: Option<DecisionId>) -> Response {
        let body = match (id, self.id_at) {
            (Some(id), Some(at)) => self.with(id, at),
            _ => self.body.clone(),
        };
        let mut head = self.head.clone();
        // axum adds it last, because a layer may replace the body.
        head.headers.remove(CONTENT_LENGTH);
        Response::from_parts(head, Body::from(body))
    }

    /// Returns the body with another id of the same length.
    fn with(&self, id: DecisionId, at: usize) -> Bytes {
        let mut body = self.body.to_vec();
        if let Some(place) = body.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
            *place = id.digits();
        }
        body.into()
    }
}

/// The key of a cached response.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    pub(super) reason: Reason,
    pub(super) form: BodyFormat,
    /// `true` if the response has a decision id.
    pub(super) decided: bool,
    /// The index of the scheme that the caller tried.
    pub(super) attempted: Option<usize>,
}

/// The cached responses of a gate, each built on first use.
pub(super) struct ResponseCache {
    kept: Box<[OnceLock<Box<CachedResponse>>]>,
    schemes: usize,
}

impl ResponseCache {
    pub(super) fn new(schemes: usize) -> Self {
        let count = Reason::ALL.len() * BodyFormat::ALL.len() * 2 * (schemes + 1);
        Self { kept: (0..count).map(|_| OnceLock::new()).collect(), schemes }
    }

    /// Returns the place of the response, or `None` for a custom refusal.
    pub(super) fn place(&self, kind: Kind) -> Option<&OnceLock<Box<CachedResponse>>> {
        let Kind { reason, form, decided, attempted } = kind;
        let attempted = attempted.map_or(0, |scheme| scheme + 1);
        if attempted > self.schemes {
            return None;
        }
        let looks = (reason.position()? * BodyFormat::ALL.len() + form as usize) * 2 + usize::from(decided);
        self.kept.get(looks * (self.schemes + 1) + attempted)
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use http::header::VARY;

    use super::*;

    #[test]
    fn every_kind_of_response_has_its_own_slot() {
        let shelf = ResponseCache::new(2);
        let mut places = Vec::new();
        for reason in Reason::ALL {
            for form in BodyFormat::ALL {
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
        let of_no_scheme = Kind {
            reason: Reason::NoCredentials,
            form: BodyFormat::Page,
            decided: false,
            attempted: Some(2),
        };
        assert!(shelf.place(of_no_scheme).is_none());
    }

    #[tokio::test]
    async fn cached_response_differs_only_in_decision_id() {
        let [first, second] = [DecisionId::next(), DecisionId::next()];
        let mut written = Response::new(Bytes::from(format!("<é>{first}</é>")));
        *written.status_mut() = StatusCode::FORBIDDEN;
        written.headers_mut().insert(VARY, const { HeaderValue::from_static("accept") });
        let headers = written.headers().clone();
        let again = CachedResponse::new(written, Some(first)).to_response(Some(second));
        assert_eq!(again.status(), StatusCode::FORBIDDEN);
        assert_eq!(*again.headers(), headers, "the length is for axum to say");
        let body = axum::body::to_bytes(again.into_body(), usize::MAX).await.unwrap();
        assert_eq!(body, format!("<é>{second}</é>"));
    }
}
