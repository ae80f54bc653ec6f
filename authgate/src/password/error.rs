use std::borrow::Cow;
use std::fmt;

use crate::scheme::Login;

/// A stored hash that is of no use. Its text says why and what to do, and has nothing of the hash.
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

/// Why a password was not verified, or not hashed. It says nothing about whether the password is right.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PasswordError {
    /// Too many passwords are waiting to be hashed: answer 503. One event in ten seconds tells the operator.
    Busy,
    /// The stored hash is of no use.
    Hash(HashError),
    /// No hash can be made of this password: it is empty, longer than 1 KiB, or has a NUL.
    Unfit,
    /// There is no tokio runtime, or it is shutting down, or the system has no random numbers.
    Failed,
}

impl PasswordError {
    /// The login that comes of it. Logs what the operator has to mend.
    pub(super) fn into_login<P>(self) -> Login<P> {
        if self == Self::Busy {
            return Login::Busy;
        }
        tracing::error!(target: "authgate::gate", error = %self, "a password was not verified");
        Login::Undecided
    }
}

impl fmt::Display for PasswordError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Busy => f.write_str("too many passwords are waiting to be hashed"),
            Self::Hash(error) => write!(f, "the stored hash {error}"),
            Self::Unfit => f.write_str("a password must have 1 to 1024 bytes and no NUL"),
            Self::Failed => f.write_str("the hash could not be computed: is there a tokio runtime?"),
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
