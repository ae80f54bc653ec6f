//! Checks a text before its lines are parsed.

use super::error::shortened;
use super::{BEFORE_VERSION, LockError};
use crate::rule::words::misleads;

/// Checks the version, and that the text is complete and has no conflict marks or invisible
/// characters.
pub(super) fn check(text: &str) -> Result<(), LockError> {
    if text.starts_with('\u{feff}') {
        let text = "the file starts with a byte order mark: save it as UTF-8 without one";
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
            "the file is incomplete: its last line has no line break; restore the file, or end the line",
        )),
        _ => Ok(()),
    }
}

/// Checks the version first, because other versions may have another syntax.
fn check_version(text: &str) -> Result<(), LockError> {
    let first = text.lines().next().unwrap_or_default();
    let version = first.strip_prefix(BEFORE_VERSION).and_then(|rest| rest.split([' ', '\r']).next());
    match version {
        None | Some("" | "1") => Ok(()),
        Some(version) => Err(LockError::new(
            1,
            1,
            format!(
                "unsupported version {}: expected version 1; use the authgate that wrote the lock, or overwrite it with \
                 AUTHGATE_BLESS=overwrite",
                shortened(version)
            ),
        )),
    }
}

/// Returns what no line may contain, with its byte position.
fn mistake(line: &str) -> Option<(usize, String)> {
    if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
        let text = "found a mark of a merge conflict: resolve it, or overwrite the lock with AUTHGATE_BLESS=overwrite and \
                    review it";
        return Some((0, text.to_owned()));
    }
    if line.ends_with('\r') {
        let text = "the line ends with CR LF: save the file with LF, and add `access.lock text eol=lf` to .gitattributes";
        return Some((line.len().saturating_sub(1), text.to_owned()));
    }
    let (byte, c) = line.char_indices().find(|(_, c)| c.is_control() || misleads(*c))?;
    let code = u32::from(c);
    Some((
        byte,
        if c == '\t' {
            "found a tab: replace it with spaces".to_owned()
        } else if c.is_control() {
            format!(
                "found the control character U+{code:04X}: remove it, or write it as `{}` in quotes",
                c.escape_debug()
            )
        } else {
            format!(
                "found the invisible character U+{code:04X}: remove it, or write it as `\\u{{{code:x}}}` in quotes"
            )
        },
    ))
}

fn column(line: &str, byte: usize) -> usize {
    line.get(..byte).map_or(1, |before| before.chars().count() + 1)
}
