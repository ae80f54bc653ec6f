//! Suggestions for misspelled words.

use std::fmt::Write;

use authgate_access::const_text::closest;

/// Returns `` (did you mean `x`?)``, or an empty string.
pub(crate) fn did_you_mean(word: &str, known: &[&str]) -> String {
    let near = closest(word, known).and_then(|at| known.get(at));
    near.map(|known| format!(" (did you mean `{known}`?)")).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn list_joins_names_with_commas_and_a_final_and() {
        assert_eq!(list(&["a"]), "`a`");
        assert_eq!(list(&["a", "b", "c"]), "`a`, `b` and `c`");
    }
}
