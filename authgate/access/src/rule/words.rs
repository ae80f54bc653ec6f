//! Names as the lock spells them.

use std::fmt;

/// A name: as it is where it is one word of the grammar, else in quotes.
pub(crate) struct Name<'a>(pub(crate) &'a str);

#[cfg(feature = "documents")]
impl<'a> Name<'a> {
    /// A path, which has marks in it that a name has not.
    pub(crate) const fn of_path(path: &'a str) -> Path<'a> {
        Path(path)
    }
}

/// Whether a character is part of a name that has no quotes.
pub(crate) fn is_of_name(c: char) -> bool {
    is_seen(c) && !"\"()&|,#!>\\".contains(c)
}

#[cfg(feature = "documents")]
/// Whether a character is part of a kind: what is before a `:`.
pub(crate) fn is_of_kind(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Whether a character is seen as what it is; others stand in quotes, escaped.
fn is_seen(c: char) -> bool {
    !c.is_whitespace() && (c == '\'' || c.escape_debug().len() == 1)
}

/// Whether a character is part of a type's name; what is between its `<` and `>` is, whatever it is.
pub(crate) fn is_of_type(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

#[cfg(feature = "documents")]
/// Whether a character is part of a path that has no quotes.
pub(crate) fn is_of_path(c: char) -> bool {
    is_seen(c) && !"\"#\\".contains(c)
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, self.0.chars().all(is_of_name))
    }
}

#[cfg(feature = "documents")]
/// A path.
pub(crate) struct Path<'a>(&'a str);

#[cfg(feature = "documents")]
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, self.0.chars().all(is_of_path))
    }
}

/// The name of a type, as `Child<Org, Report>`.
pub(crate) struct TypeWord<'a>(pub(crate) &'a str);

impl fmt::Display for TypeWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, type_end(self.0) == Some(self.0.len()))
    }
}

/// Where a type's name ends that a text begins with; `None` where a `<` is not closed.
pub(crate) fn type_end(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices() {
        match c {
            '<' => depth += 1,
            '>' if depth > 0 => depth -= 1,
            ' ' | ',' if depth > 0 => {}
            c if is_of_type(c) => {}
            _ if depth > 0 => return None,
            _ => return Some(at),
        }
    }
    (depth == 0).then_some(text.len())
}

fn spelt(f: &mut fmt::Formatter<'_>, text: &str, plain: bool) -> fmt::Result {
    if plain && !text.is_empty() { f.write_str(text) } else { write!(f, "{text:?}") }
}

#[cfg(feature = "documents")]
/// Whether a character makes a reviewer see something else than what is there: a change of direction, a break that is none,
/// no width at all.
pub(crate) const fn misleads(c: char) -> bool {
    matches!(
        c,
        '\u{61c}'
            | '\u{200b}'
            | '\u{200e}'
            | '\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{2069}'
            | '\u{feff}'
    )
}
