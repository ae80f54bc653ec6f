//! What a request presents: nothing, one credential, or more than one.

mod authorization;
#[cfg(any(feature = "api-key", feature = "proxy"))]
mod own_field;
mod return_to;
mod target;

pub use authorization::Authorization;
pub(crate) use authorization::is_token;
#[cfg(any(feature = "api-key", feature = "proxy"))]
pub(crate) use own_field::OwnField;
pub use return_to::ReturnTo;
pub(crate) use return_to::in_query;
pub(crate) use target::{KeepTarget, keep_target, target};

use std::fmt;

use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, InvalidHeaderValue};
use http::request::Parts;
use http::{Extensions, Method, Request, Uri};

/// What was presented, kept: a request's head, or a credential that came some other way (in a WebSocket message, with
/// a job).
pub struct Credentials {
    parts: Parts,
    /// Whether the head is a request's own, and not one that was made to hold what came some other way.
    of_request: bool,
}

impl Credentials {
    /// Nothing.
    #[must_use]
    pub fn none() -> Self {
        let (parts, ()) = Request::new(()).into_parts();
        Self { parts, of_request: false }
    }

    /// What an `Authorization` field with this value would present: `Bearer eyJ..`.
    #[must_use]
    pub fn authorization(mut value: HeaderValue) -> Self {
        let mut credentials = Self::none();
        value.set_sensitive(true);
        credentials.parts.headers.insert(AUTHORIZATION, value);
        credentials
    }

    /// A bearer token (RFC 6750), without the word `Bearer`.
    ///
    /// # Errors
    ///
    /// The token has a byte that cannot stand in a header field.
    pub fn bearer(token: &str) -> Result<Self, InvalidHeaderValue> {
        HeaderValue::try_from(format!("Bearer {token}")).map(Self::authorization)
    }

    pub(crate) fn presented(&self) -> Presented<'_> {
        Presented::of(&self.parts)
    }

    /// The head of the request that they came with, if they did.
    pub(crate) fn request(&self) -> Option<&Parts> {
        self.of_request.then_some(&self.parts)
    }

    pub(crate) const fn headers(&self) -> &HeaderMap {
        &self.parts.headers
    }
}

impl From<Parts> for Credentials {
    fn from(parts: Parts) -> Self {
        Self { parts, of_request: true }
    }
}

/// Prints nothing of what was presented.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").finish_non_exhaustive()
    }
}

/// A request's head as a [`Scheme`](crate::scheme::Scheme) reads it.
pub struct Presented<'a> {
    authorization: Authorization<'a>,
    parts: &'a Parts,
}

impl<'a> Presented<'a> {
    pub(crate) fn of(parts: &'a Parts) -> Self {
        Self { authorization: Authorization::of(&parts.headers), parts }
    }

    /// The same, for another to read.
    pub(crate) const fn again(&self) -> Self {
        Self { authorization: self.authorization, parts: self.parts }
    }

    pub(crate) const fn parts(&self) -> &'a Parts {
        self.parts
    }

    /// The `Authorization` field, taken apart.
    #[must_use]
    pub const fn authorization(&self) -> Authorization<'a> {
        self.authorization
    }

    /// The request's method.
    #[must_use]
    pub const fn method(&self) -> &'a Method {
        &self.parts.method
    }

    /// The request's target, as it was sent however deep the route is nested. Credentials are never read from its query (OAuth 2.1 section 5.1).
    #[must_use]
    pub fn uri(&self) -> &'a Uri {
        target(self.parts)
    }

    /// The request's header fields.
    #[must_use]
    pub const fn headers(&self) -> &'a HeaderMap {
        &self.parts.headers
    }

    /// What layers before have added to the request, such as the peer's address.
    #[must_use]
    pub const fn extensions(&self) -> &'a Extensions {
        &self.parts.extensions
    }
}

/// Prints nothing of what was presented.
impl fmt::Debug for Presented<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Presented").finish_non_exhaustive()
    }
}
