//! A lock or a document from an input.

use std::ffi::OsStr;

use authgate_access::document::Document;
use authgate_access::lock::Lock;

use crate::Failure;
use crate::input::{Input, Missing};

/// The path of the lock at a revision.
const LOCK: &str = "access.lock";

/// A lock or a document.
pub(crate) struct Table {
    /// The name for errors.
    pub(crate) name: String,
    /// The name of the file in the repository.
    pub(crate) file: String,
    pub(crate) lock: Lock,
    /// `None` for a lock.
    document: Option<Document>,
}

impl Table {
    /// Reads the lock or document of an argument.
    pub(crate) fn read(argument: &OsStr) -> Result<Self, Failure> {
        Self::parse(Input::read(argument, OsStr::new(LOCK), Missing::Fails { hint: false })?)
    }

    /// Parses an input. A document starts with `{`.
    pub(crate) fn parse(Input { name, file, text }: Input) -> Result<Self, Failure> {
        let Some(text) = text else {
            return Ok(Self { name, file, lock: Lock::default(), document: None });
        };
        let (lock, document) = if text.trim_start().starts_with('{') {
            let document = Document::parse(&text).map_err(|error| format!("{name}: {error}"))?;
            (document.lock().map_err(|error| format!("{name}: {error}"))?, Some(document))
        } else {
            (Lock::parse(&text).map_err(|error| format!("{name}: {error}"))?, None)
        };
        Ok(Self { name, file, lock, document })
    }

    pub(crate) const fn is_lock(&self) -> bool {
        self.document.is_none()
    }

    /// Returns the document. The document of a lock has no handlers and no places in the source.
    pub(crate) fn into_document(self) -> Document {
        self.document.unwrap_or_else(|| Document::of_lock(&self.lock))
    }
}

/// Returns the name and the text of an argument.
pub(crate) fn text(argument: &OsStr) -> Result<(String, String), Failure> {
    let input = Input::read(argument, OsStr::new(LOCK), Missing::Fails { hint: false })?;
    Ok((input.name, input.text.unwrap_or_default()))
}
