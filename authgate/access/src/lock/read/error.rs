use std::fmt;

/// The maximum length of a quote, in characters.
const LONGEST: usize = 60;

/// Returns the start of a text, short enough to quote.
pub(super) fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}..", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The error of an invalid access lock: the place, the problem, and what to do.
///
/// # Examples
///
/// ```
/// use authgate::access::lock::{Lock, LockError};
///
/// let error: LockError = Lock::parse("access.lock v1\nGET /me everyone\n").unwrap_err();
/// assert_eq!(error.line(), 2);
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockError {
    line: usize,
    column: usize,
    text: String,
}

impl LockError {
    #[doc(hidden)]
    #[must_use]
    pub fn new(line: usize, column: usize, text: impl Into<String>) -> Self {
        Self { line, column, text: text.into() }
    }

    /// Returns the line, from one.
    #[must_use]
    pub const fn line(&self) -> usize {
        self.line
    }

    /// Returns the column, from one, in characters.
    #[must_use]
    pub const fn column(&self) -> usize {
        self.column
    }

    /// Returns the problem, and what to do.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl fmt::Display for LockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.text)
    }
}

impl std::error::Error for LockError {}
