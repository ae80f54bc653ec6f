//! Settings that are weaker than the default, each with a reason.

use std::fmt;

use authgate_access::const_text::is_blank;

use crate::error::ConfigError;

/// A builder that takes one setting weaker than the default. From `.dangerous("reason")`.
///
/// The reason is logged when the gate is built, and shown by the gate's `Debug`. A blank reason is
/// a [`ConfigError`].
///
/// # Examples
///
/// ```
/// use authgate::scheme::{Bearer, Keys};
///
/// let bearer = Bearer::jwt(Keys::hs256("a secret of at least 32 bytes, from a vault")?)
///     .issuer("https://legacy.example")
///     .dangerous("the legacy issuer sets no audience; it serves this service alone")
///     .any_audience();
/// # Ok::<(), authgate::scheme::KeyError>(())
/// ```
#[must_use = "a reason has no effect without its setting: call the setting"]
#[derive(Debug)]
pub struct Dangerous<T> {
    pub(crate) builder: T,
    pub(crate) reason: &'static str,
}

impl<T> Dangerous<T> {
    pub(crate) const fn new(builder: T, reason: &'static str) -> Self {
        Self { builder, reason }
    }
}

/// A setting that is weaker than the default, and the reason.
#[derive(Clone, Copy)]
pub(crate) struct Weaker {
    setting: &'static str,
    reason: &'static str,
}

impl Weaker {
    pub(crate) const fn new(setting: &'static str, reason: &'static str) -> Self {
        Self { setting, reason }
    }

    /// Returns an error if the reason is blank.
    pub(crate) fn check(self) -> Result<(), ConfigError> {
        if !is_blank(self.reason) {
            return Ok(());
        }
        Err(ConfigError::new(format!(
            "the reason of `{}` is blank: state why the setting is safe here",
            self.setting
        )))
    }

    pub(crate) fn log(self) {
        let Self { setting, reason } = self;
        tracing::warn!(target: "authgate::gate", what = setting, reason, "a setting is weaker than the default");
    }
}

/// `dangerous any_audience: "the legacy issuer sets none"`.
impl fmt::Debug for Weaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dangerous {}: {:?}", self.setting, self.reason)
    }
}
