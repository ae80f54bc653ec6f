//! How and when a caller proved who he is.

use std::time::SystemTime;

/// How and when a caller proved who he is: what a proof knows besides the principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    scheme: &'static str,
    authenticated_at: Option<SystemTime>,
    expires_at: Option<SystemTime>,
    token_id: Option<Box<str>>,
}

impl Context {
    /// Proved by this auth-scheme, and nothing else known.
    #[must_use]
    pub const fn of(scheme: &'static str) -> Self {
        Self { scheme, authenticated_at: None, expires_at: None, token_id: None }
    }

    /// Whatever the scheme has said: the one that has been asked.
    pub(crate) fn by(mut self, scheme: &'static str) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets when the caller last proved himself in person.
    #[must_use]
    pub fn with_authenticated_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.authenticated_at = at.into();
        self
    }

    /// Sets when the credential ends.
    #[must_use]
    pub fn with_expires_at(mut self, at: impl Into<Option<SystemTime>>) -> Self {
        self.expires_at = at.into();
        self
    }

    /// Sets the credential's own id.
    #[must_use]
    pub fn with_token_id(mut self, id: impl Into<Option<Box<str>>>) -> Self {
        self.token_id = id.into();
        self
    }

    /// The auth-scheme (RFC 9110 section 11.1) by which the caller was identified, such as `Bearer`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// When the caller last proved himself in person, where the credential says so (`auth_time` of a token). Not
    /// when the credential was issued, and not when it was verified.
    #[must_use]
    pub const fn authenticated_at(&self) -> Option<SystemTime> {
        self.authenticated_at
    }

    /// When the credential ends (`exp` of a token), without leeway.
    #[must_use]
    pub const fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// The credential's own id (`jti` of a token), by which it can be revoked or found in a log.
    #[must_use]
    pub fn token_id(&self) -> Option<&str> {
        self.token_id.as_deref()
    }
}
