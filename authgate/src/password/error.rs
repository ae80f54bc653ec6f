use std::borrow::Cow;
use std::fmt;

use crate::scheme::Login;

/// An error for a stored hash that cannot be used. The message states the reason and the remedy,
/// and contains no part of the hash.
///
/// # Examples
///
/// ```
/// use authgate::password::{HashError, Passwords};
///
/// let error: HashError = Passwords::new().like("not a hash").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashError {
    text: Cow<'static, str>,
}

impl HashError {
    pub(super) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for HashError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for HashError {}

/// An error from verifying or hashing a password. It does not reveal whether the password is
/// correct.
///
/// # Examples
///
/// ```
/// use authgate::password::PasswordError;
/// use axum::http::StatusCode;
///
/// fn status(error: &PasswordError) -> StatusCode {
///     match error {
///         PasswordError::Busy => StatusCode::SERVICE_UNAVAILABLE,
///         PasswordError::Unfit => StatusCode::BAD_REQUEST,
///         _ => StatusCode::INTERNAL_SERVER_ERROR,
///     }
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordError {
    /// Too many attempts are waiting. Respond with 503. An event is logged at most once in ten
    /// seconds.
    Busy,
    /// The stored hash cannot be used.
    Hash(HashError),
    /// The password cannot be hashed: it is empty, longer than 1 KiB, or contains a NUL.
    Unfit,
    /// No tokio runtime is running, it is shutting down, or the system has no random numbers.
    Failed,
}

impl PasswordError {
    /// Converts the error into a [`Login`] and logs errors that the operator must fix.
    pub(super) fn into_login<P>(self) -> Login<P> {
        if self == Self::Busy {
            return Login::Busy;
        }
        tracing::error!(target: "authgate::gate", error = %self, "cannot verify a password");
        Login::Unavailable
    }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too many passwords are waiting to be hashed"),
            Self::Hash(error) => write!(f, "the stored hash {error}"),
            Self::Unfit => f.write_str("a password must have 1 to 1024 bytes and no NUL"),
            Self::Failed => f.write_str("cannot compute the hash: check that a tokio runtime is running"),
        }
    }
}

impl std::error::Error for PasswordError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Hash(error) => Some(error),
            _ => None,
        }
    }
}
