use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// An API key that cannot be created or used. The message states the reason and the fix, and never
/// contains the key.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::{ApiKeyError, NewKey};
///
/// let error: ApiKeyError = NewKey::generate("no spaces").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Debug)]
pub struct ApiKeyError {
    text: Cow<'static, str>,
    cause: Option<getrandom::Error>,
}

impl ApiKeyError {
    pub(super) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into(), cause: None }
    }
}

impl From<getrandom::Error> for ApiKeyError {
    fn from(error: getrandom::Error) -> Self {
        Self { cause: Some(error), ..Self::new("the system has no random numbers for a key") }
    }
}

impl fmt::Display for ApiKeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Error for ApiKeyError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.cause.as_ref().map(|cause| cause as _)
    }
}
