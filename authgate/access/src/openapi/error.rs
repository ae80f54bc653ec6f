use std::borrow::Cow;
use std::fmt;

/// The error of an OpenAPI document that cannot be written: what is wrong, and what to write
/// instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenApiError(Cow<'static, str>);

impl OpenApiError {
    pub(super) fn new(text: impl Into<Cow<'static, str>>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for OpenApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for OpenApiError {}
