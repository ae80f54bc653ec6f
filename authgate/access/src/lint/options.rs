use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::lock::Lock;

/// The options of the lints.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::Options;
/// use authgate::access::lock::Lock;
///
/// let lock = Lock::parse("access.lock v1\nscope reports:write\n")?;
/// let options = Options::new().lock(&lock).scopes_supported(["reports:write"]);
/// # Ok::<(), authgate::access::lock::LockError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(super) scopes: Option<BTreeSet<String>>,
    pub(super) lock: Option<Lock>,
}

impl Options {
    /// Creates options without a lock and without metadata.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the committed lock, whose comments accept findings.
    #[must_use]
    pub fn lock(self, lock: &Lock) -> Self {
        Self { lock: Some(lock.clone()), ..self }
    }

    /// Sets the scopes that clients know.
    #[must_use]
    pub fn scopes_supported(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { scopes: Some(scopes.into_iter().map(Into::into).collect()), ..self }
    }

    /// Sets the scopes from the `scopes_supported` of protected resource metadata (RFC 9728), in
    /// JSON. Without this member, `unlisted-scope` reports nothing.
    ///
    /// # Errors
    ///
    /// Returns [`MetadataError`] if the text is not a JSON object, or if `scopes_supported` is not
    /// an array of strings.
    pub fn metadata(self, text: &str) -> Result<Self, MetadataError> {
        let wrong =
            |problem: &str| MetadataError(format!("the protected resource metadata is not {problem}"));
        let value: Value =
            serde_json::from_str(text).map_err(|error| wrong(&format!("valid JSON: {error}")))?;
        let members = value.as_object().ok_or_else(|| wrong("a JSON object"))?;
        let Some(listed) = members.get("scopes_supported") else { return Ok(self) };
        let scopes: Option<Vec<&str>> =
            listed.as_array().and_then(|listed| listed.iter().map(Value::as_str).collect());
        let not_texts = "`scopes_supported` of the protected resource metadata is not an array of strings";
        let scopes = scopes.ok_or_else(|| MetadataError(not_texts.to_owned()))?;
        Ok(self.scopes_supported(scopes))
    }
}

/// The error of invalid protected resource metadata.
///
/// # Examples
///
/// ```
/// use authgate::access::lint::{MetadataError, Options};
///
/// let error: MetadataError = Options::new().metadata("[]").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataError(String);

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MetadataError {}
