use std::fmt;

/// The error of an invalid document: the place, the problem, and what to do.
///
/// # Examples
///
/// ```
/// use authgate::access::document::{Document, DocumentError};
///
/// let error: DocumentError = Document::parse("{").unwrap_err();
/// println!("{}: {}", error.place(), error.text());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentError {
    place: String,
    text: String,
}

impl DocumentError {
    pub(super) fn new(place: impl Into<String>, text: impl Into<String>) -> Self {
        Self { place: place.into(), text: text.into() }
    }

    /// Returns the place: `routes[3].access`, or the line and column if the text is not valid JSON.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Returns the problem, and what to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

impl std::error::Error for DocumentError {}
