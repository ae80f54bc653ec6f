use http::header::HeaderMap;

use crate::right::Context;
use crate::secret::debug_only;

pub(crate) type OnResponse = Box<dyn FnOnce(&mut HeaderMap) + Send>;

/// The identity that a scheme returns for a caller. It is not a proof yet.
///
/// # Examples
///
/// ```
/// use authgate::Context;
/// use authgate::scheme::Identity;
/// use axum::http::HeaderValue;
///
/// let identity = Identity::new("ada", Context::of("Ticket")).on_response(|headers| {
///     headers.insert("x-next-ticket", HeaderValue::from_static("43"));
/// });
/// ```
pub struct Identity<P> {
    pub(crate) principal: P,
    pub(crate) context: Context,
    pub(crate) on_response: Option<OnResponse>,
}

impl<P> Identity<P> {
    /// Creates an identity from the principal and the context of its authentication.
    #[must_use]
    pub const fn new(principal: P, context: Context) -> Self {
        Self { principal, context, on_response: None }
    }

    /// Returns the principal.
    #[must_use]
    pub const fn principal(&self) -> &P {
        &self.principal
    }

    /// Returns how and when the caller was authenticated.
    #[must_use]
    pub const fn context(&self) -> &Context {
        &self.context
    }

    /// Replaces the principal, and keeps the context and the response headers.
    #[must_use]
    pub fn map<Q>(self, map: impl FnOnce(P) -> Q) -> Identity<Q> {
        Identity { principal: map(self.principal), context: self.context, on_response: self.on_response }
    }

    /// Returns the principal and the context. The callback of [`on_response`](Self::on_response) is
    /// dropped.
    #[must_use]
    pub fn into_parts(self) -> (P, Context) {
        (self.principal, self.context)
    }

    /// Sets a callback that adds response headers, such as `Authentication-Info` or a renewed
    /// cookie. The scheme must declare it by [`Properties::sets_response_fields`].
    ///
    /// [`Properties::sets_response_fields`]: super::Properties::sets_response_fields
    #[must_use]
    pub fn on_response(mut self, set: impl FnOnce(&mut HeaderMap) + Send + 'static) -> Self {
        self.on_response = Some(Box::new(set));
        self
    }
}

debug_only!([P] Identity<P> { context });
