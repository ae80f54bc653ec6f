//! A table from a file: a document, or a lock, which says less.

use std::ffi::{OsStr, OsString};

use authgate_access::document::Document;
use authgate_access::lock::Lock;

use crate::Failure;
use crate::input::{Input, Missing};

/// What the argument names, a document or a lock: it is told by how it begins.
pub(crate) fn any(argument: &OsStr) -> Result<Document, Failure> {
    let (name, text) = text(argument)?;
    if text.trim_start().starts_with('{') {
        return document(&name, &text);
    }
    let lock = Lock::parse(&text).map_err(|error| format!("{name}: {error}"))?;
    Ok(Document::of_lock(&lock))
}

/// What the argument names, a document.
pub(crate) fn whole(argument: &OsStr) -> Result<Document, Failure> {
    let (name, text) = text(argument)?;
    if text.starts_with("access.lock") {
        return Err(format!(
            "{name}: this is a lock, which does not say what lints read: write the document with `Document::to_json`"
        ));
    }
    document(&name, &text)
}

fn document(name: &str, text: &str) -> Result<Document, Failure> {
    Document::parse(text).map_err(|error| format!("{name}: {error}"))
}

/// The name and the text of what the argument names.
pub(crate) fn text(argument: &OsStr) -> Result<(String, String), Failure> {
    let input = Input::read(argument, &OsString::from("access.lock"), Missing::Fails { hint: false })?;
    Ok((input.name, input.text.unwrap_or_default()))
}
