use std::error::Error;
use std::fmt;

/// An error for a key that cannot be used.
///
/// The message states which key failed, why, and what to use instead. It never contains key
/// material.
///
/// # Examples
///
/// ```
/// use authgate::scheme::{KeyError, Keys};
///
/// let error: KeyError = Keys::hs256("too short").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Debug)]
pub struct KeyError {
    text: String,
    cause: Option<Box<dyn Error + Send + Sync>>,
}

impl KeyError {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), cause: None }
    }

    #[cfg(feature = "dalek")]
    pub(super) fn because(mut self, cause: impl Error + Send + Sync + 'static) -> Self {
        self.cause = Some(cause.into());
        self
    }

    /// Prefixes the message with a place: the file, or the key of the set. The outermost place must
    /// be added last.
    #[cfg(feature = "dalek")]
    pub(super) fn at(mut self, place: impl fmt::Display) -> Self {
        self.text = format!("{place}: {}", self.text);
        self
    }
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for KeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| &**cause as _)
    }
}
