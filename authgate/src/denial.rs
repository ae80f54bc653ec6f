//! What goes out when the answer is no: a reason, and from it the status, the challenges, the body and the caching.

mod body;
mod challenge;
mod event;
mod negotiate;
mod prepared;
mod reason;
mod rendering;

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{
    CACHE_CONTROL, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE,
};

pub use challenge::Challenge;
pub use negotiate::Form;
pub(crate) use prepared::Prepared;
pub use reason::{Fault, Lack, Reason};
pub(crate) use rendering::Render;
pub use rendering::Rendering;

use crate::access::Expression;

/// The answer no.
///
/// It is a response: return it from a handler, or with `?`. What goes out is in the table of the crate's front page;
/// the application may change how it looks ([`GateBuilder::render`](crate::gate::GateBuilder::render)), but not what it
/// says.
#[must_use = "a denial that is not returned lets the request go on"]
pub struct Denial {
    reason: Reason,
    /// Which of the gate's schemes the caller tried, or was identified by.
    attempted: Option<usize>,
    form: Form,
    right: Option<&'static Expression>,
    prepared: Arc<Prepared>,
}

impl Denial {
    pub(crate) fn new(reason: Reason, form: Form, prepared: &Arc<Prepared>) -> Self {
        Self { reason, attempted: None, form, right: None, prepared: Arc::clone(prepared) }
    }

    pub(crate) const fn attempted(mut self, scheme: usize) -> Self {
        self.attempted = Some(scheme);
        self
    }

    pub(crate) const fn right(mut self, right: &'static Expression) -> Self {
        self.right = Some(right);
        self
    }

    /// Why.
    #[must_use]
    pub const fn reason(&self) -> Reason {
        self.reason
    }

    /// The status that goes out.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.reason.status()
    }

    /// The form that the client reads best.
    #[must_use]
    pub const fn form(&self) -> Form {
        self.form
    }

    /// The challenges that go out, one for each `WWW-Authenticate` line: on a 401 and a 400 those of every scheme that
    /// the route takes; on a 403 the one that names the missing scope; none on a 503.
    pub fn challenges(&self) -> impl Iterator<Item = HeaderValue> + '_ {
        let lines = self.prepared.lines.iter().enumerate();
        lines.filter_map(|(index, line)| match self.reason {
            // Both are told to each scheme that could have been meant (`standards.md` row 69).
            Reason::Missing | Reason::Ambiguous => Some(line.value(self.reason.error())),
            Reason::Refused(_) => {
                Some(line.value(self.reason.error().filter(|_| self.attempted == Some(index))))
            }
            Reason::Lacking(Lack::Scope)
                if self.attempted == Some(index) && line.challenge.tells_errors() =>
            {
                Some(self.insufficient_scope(&line.challenge))
            }
            Reason::Lacking(_) | Reason::Undecided => None,
        })
    }

    /// RFC 6750 section 3.1: with the scopes that the operation needs, all of them.
    fn insufficient_scope(&self, challenge: &Challenge) -> HeaderValue {
        let mut scopes = Vec::new();
        for scope in self.right.iter().flat_map(|right| right.held("scope")) {
            if !scopes.contains(&scope.name()) {
                scopes.push(scope.name());
            }
        }
        let challenge = challenge.clone().parameter("error", self.reason.error().unwrap_or_default());
        challenge.parameter("scope", &scopes.join(" ")).to_value()
    }

    /// What the application's hook makes of it. One that panics has nothing to say.
    fn rendered(&self) -> Option<Rendering> {
        let render = self.prepared.render.as_ref()?;
        catch_unwind(AssertUnwindSafe(|| render(self))).unwrap_or_default()
    }
}

impl IntoResponse for Denial {
    fn into_response(self) -> Response {
        let (content_type, body, mut headers) = self.rendered().map_or_else(
            || {
                (
                    self.form.content_type(),
                    self.prepared.body(self.reason, self.form),
                    HeaderMap::with_capacity(6),
                )
            },
            Rendering::into_parts,
        );
        for challenge in self.challenges() {
            headers.append(WWW_AUTHENTICATE, challenge);
        }
        headers.insert(CONTENT_TYPE, content_type);
        headers.insert(CACHE_CONTROL, const { HeaderValue::from_static("no-store") });
        headers.insert(VARY, self.prepared.vary.clone());
        if self.reason == Reason::Undecided {
            headers.insert(RETRY_AFTER, const { HeaderValue::from_static("5") });
        }
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status();
        *response.headers_mut() = headers;
        response
    }
}

/// The reason and its sentence.
impl fmt::Display for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}): {}", self.status(), self.reason, self.reason.detail())
    }
}

impl fmt::Debug for Denial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Denial")
            .field("reason", &self.reason)
            .field("right", &self.right)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Denial {}
