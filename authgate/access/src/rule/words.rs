//! The syntax of names in the lock.

use std::fmt;

/// A name. It is in quotes unless it is a single word.
pub(crate) struct Name<'a>(pub(crate) &'a str);

/// Returns `true` if a name with this character needs no quotes.
pub(crate) fn is_of_name(c: char) -> bool {
    is_seen(c) && !"\"()&|,#!>\\".contains(c)
}

/// Returns `true` if a kind, the word before a `:`, can contain this character.
pub(crate) fn is_of_kind(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '-'
}

/// Returns `true` if a character is visible. Other characters are escaped in quotes.
fn is_seen(c: char) -> bool {
    !c.is_whitespace() && (c == '\'' || c.escape_debug().len() == 1)
}

/// Returns `true` if the name of a type can contain this character outside of `<` and `>`.
pub(crate) fn is_of_type(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == ':'
}

#[cfg(feature = "documents")]
/// Returns `true` if a path with this character needs no quotes.
pub(crate) fn is_of_path(c: char) -> bool {
    is_seen(c) && !"\"#\\".contains(c)
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, self.0.chars().all(is_of_name))
    }
}

#[cfg(feature = "documents")]
/// A path, which allows more characters than a name.
pub(crate) struct Path<'a>(pub(crate) &'a str);

#[cfg(feature = "documents")]
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, self.0.chars().all(is_of_path))
    }
}

/// The name of a type: `Child<Org, Report>`.
pub(crate) struct TypeWord<'a>(pub(crate) &'a str);

impl fmt::Display for TypeWord<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        spelt(f, self.0, type_end(self.0) == Some(self.0.len()))
    }
}

/// Returns the end of the type name at the start of a text, or `None` if a `<` is not closed.
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
/// Returns `true` if a character can mislead a reviewer: it changes the direction of text, looks
/// like a line break, or has no width.
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
