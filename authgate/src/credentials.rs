//! The credentials of a request: none, one, or more than one.

mod authorization;
mod cookies;
mod own_field;
mod request_info;
mod return_to;
mod target;

pub use authorization::Authorization;
pub(crate) use authorization::is_token;
pub(crate) use cookies::cookies;
pub(crate) use own_field::OwnField;
pub(crate) use request_info::{peer, route};
pub use return_to::ReturnTo;
pub(crate) use return_to::in_query;
pub use target::OriginalTarget;
pub(crate) use target::{KeepTarget, authority, keep_target, target};

use crate::secret::debug_only;
use http::header::{AUTHORIZATION, HeaderMap, HeaderValue, InvalidHeaderValue};
use http::request::Parts;
use http::{Extensions, Method, Request, Uri};

/// Owned credentials: the head of a request, or a credential that was received in another way.
/// Examples are a credential in a WebSocket message or with a job.
///
/// # Examples
///
/// ```
/// use authgate::credentials::Credentials;
///
/// let of_a_message = Credentials::bearer("eyJ..")?;
/// let anonymous = Credentials::none();
/// # Ok::<(), axum::http::header::InvalidHeaderValue>(())
/// ```
pub struct Credentials {
    parts: Parts,
    /// `true` if the head is from a request, `false` if it was made to hold a credential.
    of_request: bool,
}

impl Credentials {
    /// Creates empty credentials.
    #[must_use]
    pub fn none() -> Self {
        let (parts, ()) = Request::new(()).into_parts();
        Self { parts, of_request: false }
    }

    pub(crate) fn extensions_mut(&mut self) -> &mut Extensions {
        &mut self.parts.extensions
    }

    /// Creates the credentials of an `Authorization` field with this value: `Bearer eyJ..`.
    #[must_use]
    pub fn authorization(mut value: HeaderValue) -> Self {
        let mut credentials = Self::none();
        value.set_sensitive(true);
        credentials.parts.headers.insert(AUTHORIZATION, value);
        credentials
    }

    /// Creates the credentials of a bearer token (RFC 6750), passed without the word `Bearer`.
    ///
    /// # Errors
    ///
    /// Returns [`InvalidHeaderValue`] if the token has a byte that is not allowed in a header
    /// field.
    pub fn bearer(token: &str) -> Result<Self, InvalidHeaderValue> {
        HeaderValue::try_from(format!("Bearer {token}")).map(Self::authorization)
    }

    /// Returns the credentials of this request with the `Authorization` field of `self`. A scheme
    /// that binds its credential to the target or the method sees those of the request.
    pub(crate) fn in_request(&self, request: &RequestCredentials<'_>) -> Self {
        let mut parts = request.parts().clone();
        parts.headers.remove(AUTHORIZATION);
        let found = self.parts.headers.get(AUTHORIZATION);
        parts.headers.extend(found.map(|value| (AUTHORIZATION, value.clone())));
        Self { parts, of_request: true }
    }

    pub(crate) fn presented(&self) -> RequestCredentials<'_> {
        RequestCredentials::of(&self.parts)
    }

    /// Returns the head of the request that carried the credentials, if there was one.
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

/// Marks a request whose credential is read by several gates, in its extensions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForSeveralGates;

debug_only! {
    /// Formats no credentials.
    [] Credentials {}
}

/// The head of a request, as a [`Scheme`](crate::scheme::Scheme) reads it.
///
/// # Examples
///
/// ```
/// use authgate::credentials::RequestCredentials;
///
/// /// Returns `true` if the request carries a ticket, valid or not.
/// fn has_ticket(presented: &RequestCredentials<'_>) -> bool {
///     presented.headers().contains_key("x-ticket")
/// }
/// ```
pub struct RequestCredentials<'a> {
    authorization: Authorization<'a>,
    parts: &'a Parts,
}

impl<'a> RequestCredentials<'a> {
    pub(crate) fn of(parts: &'a Parts) -> Self {
        Self { authorization: Authorization::of(&parts.headers), parts }
    }

    pub(crate) const fn parts(&self) -> &'a Parts {
        self.parts
    }

    /// Returns `true` if another gate reads the credential, too.
    pub(crate) fn is_for_several_gates(&self) -> bool {
        self.parts.extensions.get::<ForSeveralGates>().is_some()
    }

    /// Returns the parsed `Authorization` field.
    #[must_use]
    pub const fn authorization(&self) -> Authorization<'a> {
        self.authorization
    }

    /// Returns the method of the request.
    #[must_use]
    pub const fn method(&self) -> &'a Method {
        &self.parts.method
    }

    /// Returns the target of the request as it was sent, even if the route is nested. A layer that
    /// rewrites it must keep the [`OriginalTarget`]. Credentials are never read from its query
    /// (OAuth 2.1 section 5.1).
    #[must_use]
    pub fn uri(&self) -> &'a Uri {
        target(self.parts)
    }

    /// Returns the header fields of the request.
    #[must_use]
    pub const fn headers(&self) -> &'a HeaderMap {
        &self.parts.headers
    }

    /// Returns the extensions that layers have added to the request, such as the peer's address.
    #[must_use]
    pub const fn extensions(&self) -> &'a Extensions {
        &self.parts.extensions
    }
}

debug_only! {
    /// Formats no credentials.
    [] RequestCredentials<'_> {}
}
