use std::fmt;

use crate::document::DocumentSource;

/// Where a place of the source is shown, as `https://github.com/acme/app/blob/main/{file}#L{line}`.
#[derive(Debug)]
pub(super) struct Template(String);

/// Why a text is no template of links to the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceLinkError {
    text: String,
}

impl fmt::Display for SourceLinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for SourceLinkError {}

impl Template {
    pub(super) fn read(text: &str) -> Result<Self, SourceLinkError> {
        let is_web = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
        let is_plain = text.chars().all(|c| c.is_ascii_graphic());
        // Where the host is, nothing of the source may stand.
        let host = text.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
        if !is_web || !is_plain || host.is_empty() || host.contains(['{', '@', '?', '#', '\\']) {
            let text = format!(
                "{text:?} is no address of a web page: write one such as \"https://github.com/acme/app/blob/main/{{file}}#L{{line}}\""
            );
            return Err(SourceLinkError { text });
        }
        if !text.contains("{file}") {
            let text = format!(
                "{text:?} does not say where the file goes: write `{{file}}` there, and `{{line}}` where the line goes"
            );
            return Err(SourceLinkError { text });
        }
        Ok(Self(text.to_owned()))
    }

    pub(super) fn of(&self, source: &DocumentSource) -> String {
        // The file last, so that what is in its name is not taken for the template's.
        let with_line = self.0.replace("{line}", &source.line.to_string());
        with_line.replace("{file}", &encoded(&source.file))
    }
}

/// A text as it stands in an address, `/` as it is.
pub(super) fn encoded(file: &str) -> String {
    let mut out = String::with_capacity(file.len());
    for byte in file.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}
