use std::any::Any;
use std::fmt;

use crate::right::Principal;

/// The gate that a sign-in is bound to: its scheme, realm, principal type and cookie. A gate
/// ignores the records of other bindings.
///
/// [`Principal::NAME`] identifies the principal type. Its module path would sign all users out when
/// code moves.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Binding, Scheme};
///
/// /// A scheme that wraps a session scheme.
/// pub struct Wrapped<S> {
///     inner: S,
/// }
///
/// impl<S> Wrapped<S> {
///     /// For the method of the same name in an implementation of `Scheme`.
///     fn session_binding<P>(&self) -> Option<Binding<'_>>
///     where
///         S: Scheme<P>,
///     {
///         self.inner.session_binding()
///     }
/// }
/// ```
#[derive(Clone, Copy)]
pub struct Binding<'a> {
    /// The `Sessions` of the scheme.
    pub(crate) sessions: &'a (dyn Any + Send + Sync),
    cookie: &'a str,
    scheme: &'static str,
    realm: &'a str,
    principal: &'static str,
}

impl<'a> Binding<'a> {
    pub(crate) const fn new<P: Principal>(
        sessions: &'a (dyn Any + Send + Sync),
        cookie: &'a str,
        scheme: &'static str,
        realm: &'a str,
    ) -> Self {
        Self { sessions, cookie, scheme, realm, principal: P::NAME }
    }

    /// Returns the parts with their names in a record.
    pub(crate) fn parts(&self) -> [(&'static str, &str); 4] {
        [
            ("scheme", self.scheme),
            ("realm", self.realm),
            ("principal", self.principal),
            ("cookie", self.cookie),
        ]
    }
}

impl fmt::Debug for Binding<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.parts()).finish()
    }
}
