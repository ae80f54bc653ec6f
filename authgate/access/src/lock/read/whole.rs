//! What can be told of a text before a line of it is read.

use super::error::shortened;
use super::{BEFORE_VERSION, LockError};
use crate::rule::words::misleads;

/// That it is of this version, whole, and without what an editor or a merge leaves behind.
pub(super) fn check(text: &str) -> Result<(), LockError> {
    if text.starts_with('\u{feff}') {
        let text = "the file begins with a byte order mark: save it as UTF-8 without one";
        return Err(LockError::new(1, 1, text));
    }
    check_version(text)?;
    for (at, line) in text.split('\n').enumerate() {
        if let Some((byte, text)) = mistake(line) {
            return Err(LockError::new(at + 1, column(line, byte), text));
        }
    }
    match text.lines().enumerate().last() {
        Some((at, last)) if !text.ends_with('\n') => Err(LockError::new(
            at + 1,
            column(last, last.len()),
            "the file is cut off in this line, which does not end with a line break: take the whole file from version \
             control, or end the line if it is whole",
        )),
        _ => Ok(()),
    }
}

/// Before all else, since other versions may have other rules.
fn check_version(text: &str) -> Result<(), LockError> {
    let first = text.lines().next().unwrap_or_default();
    let version = first.strip_prefix(BEFORE_VERSION).and_then(|rest| rest.split([' ', '\r']).next());
    match version {
        None | Some("" | "1") => Ok(()),
        Some(version) => Err(LockError::new(
            1,
            1,
            format!(
                "this lock is of version {}, and this authgate reads version 1: read it with the authgate that wrote it, or \
                 write it anew with AUTHGATE_BLESS=overwrite",
                shortened(version)
            ),
        )),
    }
}

/// What no line can have, and at which byte.
fn mistake(line: &str) -> Option<(usize, String)> {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        let text = "a merge conflict was left here: keep the lines that are meant and take the marks out, or write the lock \
                    anew with AUTHGATE_BLESS=overwrite and review it";
        return Some((0, text.to_owned()));
    }
    if line.ends_with('\r') {
        let text = "the line ends with CR LF: save the file with LF alone (`access.lock text eol=lf` in .gitattributes keeps \
                    it so)";
        return Some((line.len().saturating_sub(1), text.to_owned()));
    }
    let (byte, c) = line.char_indices().find(|(_, c)| c.is_control() || misleads(*c))?;
    let code = u32::from(c);
    Some((
        byte,
        if c == '\t' {
            "there is a tab here: put spaces in its place".to_owned()
        } else if c.is_control() {
            format!(
                "there is a control character here, U+{code:04X}: take it out, or write it as `{}` in quotes",
                c.escape_debug()
            )
        } else {
            format!(
                "there is a character here that is not seen and changes what is, U+{code:04X}: take it out, or write it as \
                 `\\u{{{code:x}}}` in quotes"
            )
        },
    ))
}

fn column(line: &str, byte: usize) -> usize {
    line.get(..byte).map_or(1, |before| before.chars().count() + 1)
}
