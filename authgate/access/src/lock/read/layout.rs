//! The lines of a lock, and the comments that belong to them.

use crate::lock::line::Around;

/// The lines of a text.
pub(in crate::lock) struct Layout<'a> {
    /// The lines that are neither empty nor a comment.
    pub(in crate::lock) pieces: Vec<Piece<'a>>,
    /// The lines below the last of them.
    pub(in crate::lock) tail: Vec<&'a str>,
}

/// A line with the comments that belong to it.
pub(in crate::lock) struct Piece<'a> {
    /// The lines before its comments, up to an empty line. They belong to no line.
    pub(in crate::lock) apart: Vec<&'a str>,
    /// The comments directly above it.
    pub(in crate::lock) above: Vec<&'a str>,
    /// The line number, from one.
    pub(in crate::lock) number: usize,
    /// The complete line.
    pub(in crate::lock) whole: &'a str,
    /// The line without the comment at its end.
    pub(in crate::lock) line: &'a str,
    /// The comment at its end.
    pub(in crate::lock) trailing: Option<&'a str>,
}

impl<'a> Layout<'a> {
    pub(in crate::lock) fn of(text: &'a str) -> Self {
        let (mut pieces, mut apart, mut above) = (Vec::new(), Vec::new(), Vec::new());
        for (at, whole) in text.lines().enumerate() {
            let (line, trailing) = split_comment(whole);
            if !line.trim().is_empty() {
                let (apart, above) = (std::mem::take(&mut apart), std::mem::take(&mut above));
                let line = line.trim_end();
                pieces.push(Piece { apart, above, number: at + 1, whole, line, trailing });
            } else if trailing.is_some() {
                above.push(whole);
            } else {
                apart.append(&mut above);
                apart.push(whole);
            }
        }
        apart.append(&mut above);
        Self { pieces, tail: apart }
    }
}

impl<'a> Piece<'a> {
    /// Returns its number and the texts of its comments.
    pub(in crate::lock) fn around(&self) -> Around {
        let own = |comment: &str| comment.trim_start().trim_start_matches('#').trim().to_owned();
        let comments = self.above.iter().copied().chain(self.trailing).map(own).collect();
        Around { line: Some(self.number), comments }
    }

    /// Returns the comment at its end, with the spaces before it.
    pub(in crate::lock) fn end(&self) -> &'a str {
        self.whole.get(self.line.len()..).filter(|_| self.trailing.is_some()).unwrap_or_default()
    }
}

/// Splits a line before its comment. A comment starts with `#` at the start or after a space,
/// outside of quotes.
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
