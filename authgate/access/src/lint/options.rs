use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::lock::Lock;

/// What lints are told besides the document.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub(super) scopes: Option<BTreeSet<String>>,
    pub(super) lock: Option<Lock>,
}

impl Options {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The committed lock, whose comments accept what is meant.
    #[must_use]
    pub fn lock(self, lock: &Lock) -> Self {
        Self { lock: Some(lock.clone()), ..self }
    }

    /// The scopes that clients are told of.
    #[must_use]
    pub fn scopes_supported(self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { scopes: Some(scopes.into_iter().map(Into::into).collect()), ..self }
    }

    /// The protected resource metadata (RFC 9728), as JSON, for its `scopes_supported`. Where it has none, clients are told of no
    /// scope at all, and nothing is asked of it.
    ///
    /// # Errors
    ///
    /// It is no JSON object, or its `scopes_supported` is no array of strings.
    pub fn metadata(self, text: &str) -> Result<Self, MetadataError> {
        let value: Value = serde_json::from_str(text).map_err(|error| MetadataError {
            text: format!("the protected resource metadata is no JSON: {error}"),
        })?;
        let Value::Object(members) = value else {
            return Err(MetadataError {
                text: "the protected resource metadata is no JSON object".to_owned(),
            });
        };
        let Some(listed) = members.get("scopes_supported") else { return Ok(self) };
        let scopes: Option<Vec<&str>> =
            listed.as_array().and_then(|listed| listed.iter().map(Value::as_str).collect());
        match scopes {
            Some(scopes) => Ok(self.scopes_supported(scopes)),
            None => Err(MetadataError {
                text: "`scopes_supported` of the protected resource metadata is no array of strings"
                    .to_owned(),
            }),
        }
    }
}

/// Why a text is no protected resource metadata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MetadataError {
    text: String,
}

impl fmt::Display for MetadataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for MetadataError {}
