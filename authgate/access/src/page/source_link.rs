use std::fmt;

use crate::document::DocumentSource;
use crate::sarif::encoded;

/// The address of a line of the source: `https://github.com/acme/app/blob/main/{file}#L{line}`.
#[derive(Debug)]
pub(super) struct Template(String);

/// The error of an invalid address for [`Page::source_link`](super::Page::source_link).
///
/// # Examples
///
/// ```
/// use authgate::access::document::Document;
/// use authgate::access::lock::Lock;
/// use authgate::access::page::{Page, SourceLinkError};
///
/// let document = Document::of_lock(&Lock::default());
/// let error: SourceLinkError = Page::new(&document).source_link("not an address").unwrap_err();
/// println!("{error}");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLinkError(String);

impl fmt::Display for SourceLinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SourceLinkError {}

impl Template {
    pub(super) fn read(text: &str) -> Result<Self, SourceLinkError> {
        let is_web = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
        let is_plain = text.chars().all(|c| c.is_ascii_graphic());
        // The host must not depend on the source.
        let host = text.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if !is_web || !is_plain || host.is_empty() || host.contains(['{', '@', '?', '#', '\\']) {
            return Err(SourceLinkError(format!(
                "{text:?} is not a web address: write one such as \"https://github.com/acme/app/blob/main/{{file}}#L{{line}}\""
            )));
        }
        if !text.contains("{file}") {
            return Err(SourceLinkError(format!(
                "{text:?} has no `{{file}}`: add it, and `{{line}}` if the address has a line"
            )));
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn of(&self, source: &DocumentSource) -> String {
        // Replaces the file last, because its name may contain `{line}`.
        let with_line = self.0.replace("{line}", &source.line.to_string());
        with_line.replace("{file}", &encoded(&source.file))
    }
}
