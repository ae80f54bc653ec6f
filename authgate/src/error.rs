use std::borrow::Cow;
use std::fmt;

/// A configuration that cannot work. The message states the problem and the fix.
///
/// # Examples
///
/// ```
/// use authgate::{ConfigError, Gate};
///
/// #[derive(authgate::Principal)]
/// pub struct User {
///     #[principal(id)]
///     sub: String,
/// }
///
/// let error: ConfigError = Gate::<User>::builder().build().unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    text: Cow<'static, str>,
}

impl ConfigError {
    /// Creates an error. The message should state the problem and the fix in one sentence.
    pub fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self { text: text.into() }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for ConfigError {}

/// An error of a backend that does not respond, such as a database. The caller gets 503.
///
/// # Examples
///
/// ```
/// use authgate::scheme::BackendError;
///
/// fn read(path: &str) -> Result<String, BackendError> {
///     std::fs::read_to_string(path).map_err(BackendError::new)
/// }
/// ```
#[derive(Debug)]
pub struct BackendError(Box<dyn std::error::Error + Send + Sync>);

impl BackendError {
    /// Creates the error. The reason is logged, but not sent to the client.
    pub fn new(reason: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self(reason.into())
    }
}

impl fmt::Display for BackendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for BackendError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source()
    }
}

#[cfg(feature = "table")]
impl From<authgate_access::openapi::OpenApiError> for ConfigError {
    fn from(error: authgate_access::openapi::OpenApiError) -> Self {
        Self::new(error.to_string())
    }
}
