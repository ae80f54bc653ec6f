//! Suggestions for misspelled words.

use std::fmt::Write;

/// Returns the known word with the smallest edit distance, if the distance is small enough.
fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    let allowed = if word.len() < 6 { 2 } else { word.len() / 3 };
    let measured = known.iter().map(|known| (distance(word, known), *known));
    let near = measured.filter(|(distance, _)| *distance <= allowed);
    near.min_by_key(|(distance, _)| *distance).map(|(_, known)| known)
}

/// Returns `` (did you mean `x`?)``, or an empty string.
pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> String {
    nearest(word, known).map(|known| format!(" (did you mean `{known}`?)")).unwrap_or_default()
}

/// Formats words as `` `a`, `b` and `c` ``.
pub(crate) fn list(words: &[&str]) -> String {
    let mut words = words.iter().peekable();
    let mut text = String::new();
    while let Some(word) = words.next() {
        let before = match (text.is_empty(), words.peek()) {
            (true, _) => "",
            (false, Some(_)) => ", ",
            (false, None) => " and ",
        };
        // Writing to a string cannot fail.
        let _ = write!(text, "{before}`{word}`");
    }
    text
}

/// Returns the case-insensitive edit distance. A swap of two adjacent letters counts as one edit.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut earlier: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    let mut before = None;
    for (line, letter) in one.to_lowercase().chars().enumerate() {
        let mut row = vec![line + 1];
        for (column, there) in other.iter().enumerate() {
            let cell = |row: &[usize], at: usize| row.get(at).copied().unwrap_or(usize::MAX / 2);
            let mut least = cell(&above, column) + usize::from(letter != *there);
            least = least.min(cell(&above, column + 1) + 1).min(cell(&row, column) + 1);
            let swapped =
                before == Some(*there) && column.checked_sub(1).and_then(|at| other.get(at)) == Some(&letter);
            if let (true, Some(at)) = (swapped, column.checked_sub(1)) {
                least = least.min(cell(&earlier, at) + 1);
            }
            row.push(least);
        }
        earlier = std::mem::replace(&mut above, row);
        before = Some(letter);
    }
    above.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances() {
        for (one, other, expected) in [
            ("", "", 0),
            ("amdin", "admin", 1),
            ("Admin", "admin", 0),
            ("abc", "", 3),
            ("kitten", "sitting", 3),
        ] {
            assert_eq!(distance(one, other), expected, "{one} {other}");
            assert_eq!(distance(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn lists() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
