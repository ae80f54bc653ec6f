use std::ops::Deref;
#[cfg(feature = "cache")]
use std::sync::Arc;

use http::header::HeaderMap;

use crate::right::Context;
use crate::secret::debug_only;

pub(crate) type OnResponse = Box<dyn FnOnce(&mut HeaderMap) + Send>;

/// The principal of an identity: its own, or that of a cache entry, which requests share.
pub(crate) enum IdentityPrincipal<P> {
    Own(P),
    #[cfg(feature = "cache")]
    Shared(Arc<dyn SharedPrincipal<P>>),
}

/// Owns a principal that several identities share. It is complete, and never changes.
#[cfg(feature = "cache")]
pub(crate) trait SharedPrincipal<P>: Send + Sync {
    fn principal(&self) -> &P;

    /// Returns a clone, for code that needs an owned principal.
    fn cloned(&self) -> P;
}

impl<P> IdentityPrincipal<P> {
    /// Returns `None` for a shared principal.
    pub(crate) fn own_mut(&mut self) -> Option<&mut P> {
        match self {
            Self::Own(principal) => Some(principal),
            #[cfg(feature = "cache")]
            Self::Shared(_) => None,
        }
    }

    pub(crate) fn into_inner(self) -> P {
        match self {
            Self::Own(principal) => principal,
            #[cfg(feature = "cache")]
            Self::Shared(shared) => shared.cloned(),
        }
    }
}

impl<P> Deref for IdentityPrincipal<P> {
    type Target = P;

    #[inline]
    fn deref(&self) -> &P {
        match self {
            Self::Own(principal) => principal,
            #[cfg(feature = "cache")]
            Self::Shared(shared) => shared.principal(),
        }
    }
}

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
    pub(crate) principal: IdentityPrincipal<P>,
    pub(crate) context: Context,
    pub(crate) on_response: Option<OnResponse>,
}

impl<P> Identity<P> {
    /// Creates an identity from the principal and the context of its authentication.
    #[must_use]
    pub const fn new(principal: P, context: Context) -> Self {
        Self { principal: IdentityPrincipal::Own(principal), context, on_response: None }
    }

    #[cfg(feature = "cache")]
    pub(crate) fn shared(principal: Arc<dyn SharedPrincipal<P>>, context: Context) -> Self {
        Self { principal: IdentityPrincipal::Shared(principal), context, on_response: None }
    }

    /// Returns the principal.
    #[must_use]
    pub fn principal(&self) -> &P {
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
        let principal = IdentityPrincipal::Own(map(self.principal.into_inner()));
        Identity { principal, context: self.context, on_response: self.on_response }
    }

    /// Returns the principal and the context. The callback of [`on_response`](Self::on_response) is
    /// dropped.
    #[must_use]
    pub fn into_parts(self) -> (P, Context) {
        (self.principal.into_inner(), self.context)
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
