//! Lines, and the comments that belong to them.

use super::LockError;

/// A line that says something, with the comments that belong to it.
pub(in crate::access::lock) struct Piece<'a> {
    /// The comments directly above it, a line each, as they are written.
    pub(in crate::access::lock) above: Vec<&'a str>,
    /// From one.
    pub(in crate::access::lock) number: usize,
    /// Without the comment at its end.
    pub(in crate::access::lock) line: &'a str,
    /// The comment at its end.
    pub(in crate::access::lock) trailing: Option<&'a str>,
}

/// Every line that says something. What stands above it and is set off by an empty line does not belong to it.
pub(in crate::access::lock) fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut above = Vec::new();
    text.lines().enumerate().filter_map(move |(at, whole)| {
        let (line, trailing) = split_comment(whole);
        if !line.trim().is_empty() {
            let above = std::mem::take(&mut above);
            return Some(Piece { above, number: at + 1, line: line.trim_end(), trailing });
        }
        match trailing {
            Some(_) => above.push(whole),
            None => above.clear(),
        }
        None
    })
}

/// The line, and its comment from the `#` on: one at the start or after a space, and not in quotes.
fn split_comment(line: &str) -> (&str, Option<&str>) {
    let (mut quoted, mut escaped, mut after_space) = (false, false, true);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '#' if !quoted && after_space => {
                let (line, comment) = line.split_at(at);
                return (line, Some(comment));
            }
            _ => {}
        }
        after_space = c.is_whitespace();
    }
    (line, None)
}

/// What no line of a lock can have.
pub(super) fn check_bytes(text: &str) -> Result<(), LockError> {
    if text.starts_with('\u{feff}') {
        return Err(LockError::new(
            1,
            1,
            "the file begins with a byte order mark: save it as UTF-8 without one",
        ));
    }
    for (at, line) in text.split('\n').enumerate() {
        let column = |byte: usize| line.get(..byte).map_or(1, |before| before.chars().count() + 1);
        if line.ends_with('\r') {
            return Err(LockError::new(
                at + 1,
                column(line.len() - 1),
                "the line ends with CR LF: save the file with LF alone (`access.lock text eol=lf` in .gitattributes keeps it \
                 so)",
            ));
        }
        if ["<<<<<<<", "=======", ">>>>>>>", "|||||||"].iter().any(|mark| line.starts_with(mark)) {
            return Err(LockError::new(
                at + 1,
                1,
                "a merge conflict was left here: keep the lines that are meant and take the marks out, or write the lock anew \
                 with AUTHGATE_BLESS=1 and review it",
            ));
        }
        if let Some((byte, c)) = line.char_indices().find(|(_, c)| c.is_control()) {
            return Err(LockError::new(
                at + 1,
                column(byte),
                format!("there is a control character here, {c:?}: put a space in its place"),
            ));
        }
    }
    if !text.is_empty() && !text.ends_with('\n') {
        let last = text.lines().count();
        let column = text.lines().last().map_or(1, |line| line.chars().count() + 1);
        return Err(LockError::new(
            last,
            column,
            "the file is cut off in this line, which does not end with a line break: take the whole file from version \
             control, or end the line if it is whole",
        ));
    }
    Ok(())
}
