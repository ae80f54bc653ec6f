use std::borrow::Cow;
use std::fmt;

/// A configuration that cannot work. Its text says what is wrong and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    text: Cow<'static, str>,
}

impl ConfigError {
    /// An error with this text: in one sentence what is wrong, and what to write.
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
