//! The verified access token of a request, for calls to other services.

use std::fmt;
use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use http::header::HeaderValue;
use http::request::Parts;

use super::{Authenticated, Remember};
use crate::credentials::RequestCredentials;
use crate::denial::Denial;
use crate::gate::{HasGate, Step};
use crate::right::{AcceptedSchemes, ForbiddenReason, Invariant, Principal, Reason, Site};

/// The access token in the `Authorization` field of this request, verified by the gate of `P`. It
/// is for calls to other services on behalf of the caller.
///
/// It is an extractor for a parameter behind the declaration. A caller who authenticated without an
/// access token in that field, such as by a session or a cookie, gets 403 `scheme_not_accepted`.
/// `Debug` does not print it.
///
/// Forward a token only to a service that the same issuer has issued it for: its `aud` must name
/// that service as well. Otherwise, exchange it for another one (RFC 8693). A token that is bound
/// to a key (RFC 9449) is of no use to another service without that key, and can only be exchanged.
///
/// # Examples
///
/// ```
/// use authgate::{Authenticated, PresentedToken};
///
/// #[derive(authgate::Principal)]
/// struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// /// Asks another service that the token is also for.
/// async fn balance(user: Authenticated<User>, token: PresentedToken<User>) -> String {
///     let request = http::Request::get("https://accounts.example/balance")
///         .header("authorization", token.to_bearer());
///     // Send the request.
///     # let _ = (user, request);
///     # String::new()
/// }
/// ```
pub struct PresentedToken<P> {
    token: Box<str>,
    bound: bool,
    of: Invariant<P>,
}

impl<P> PresentedToken<P> {
    /// Returns the token, such as the `subject_token` of a token exchange.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.token
    }

    /// Returns `true` if the token is bound to a key of the caller (RFC 9449).
    #[must_use]
    pub const fn is_bound(&self) -> bool {
        self.bound
    }

    /// Returns the value of an `Authorization` field with the token. It is marked as sensitive, so
    /// that HTTP clients neither print nor compress it.
    #[must_use]
    pub fn to_bearer(&self) -> HeaderValue {
        // A token that came in a field is valid in a field.
        let value = HeaderValue::try_from(format!("Bearer {}", self.token));
        let mut value = value.unwrap_or_else(|_| HeaderValue::from_static(""));
        value.set_sensitive(true);
        value
    }
}

impl<P: Principal, S: HasGate<P> + Sync> FromRequestParts<S> for PresentedToken<P> {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Denial> {
        let site = Site::of(parts);
        // The declaration in front of it has told the observers.
        let caller = Authenticated::<P>::begin(parts, state, AcceptedSchemes::ALL, None, Remember::Always);
        let caller = match caller {
            Step::Done(caller) => caller,
            Step::Wait(entering) => Authenticated::resume(entering, parts).await,
        };
        let caller = caller.map_err(|denial| denial.at(site).log(Some(parts)))?;
        let scheme = caller.context.scheme();
        // A relocated scheme has verified another credential than the one in the field.
        let is_access_token =
            ["Bearer", "DPoP"].contains(&scheme) && caller.gate.reads_authorization_by(caller.scheme);
        let token = RequestCredentials::of(parts).authorization().credential_of(scheme);
        let token = token.filter(|_| is_access_token).and_then(|token| std::str::from_utf8(token).ok());
        match token {
            Some(token) => Ok(Self { token: token.into(), bound: scheme == "DPoP", of: PhantomData }),
            None => {
                let denial = caller.gate.deny(Reason::Forbidden(ForbiddenReason::Scheme), caller.client);
                Err(denial.attempted(caller.scheme).at(site).log(Some(parts)))
            }
        }
    }
}

impl<P> fmt::Debug for PresentedToken<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PresentedToken(..)")
    }
}
