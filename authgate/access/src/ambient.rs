/// How the credential of a scheme gets onto a request.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Ambient, Properties};
/// use axum::http::header::COOKIE;
///
/// let of_cookie = Properties::new().fields([COOKIE]).ambient(Ambient::Cookie);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ambient {
    /// The client's own code attaches it, such as a token or an API key. Pages of other sites
    /// cannot.
    No,
    /// The browser remembers it and attaches it on its own, as for Basic and Digest.
    BrowserCredentials,
    /// A cookie, which browsers attach to every request. It counts only if the request carries no
    /// other credential.
    Cookie,
}
