//! What a path is.

/// What is wrong with a path: that it does not begin at the root, or that a parameter of it has no end.
pub(super) fn wrong_in_path(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path begins with `/`");
    }
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // Twice, a brace is one of the path itself.
            '{' | '}' if chars.next_if_eq(&c).is_some() => {}
            '{' if !chars.by_ref().take_while(|c| *c != '/').any(|c| c == '}') => {
                return Some("a parameter in this path has no end: write `/reports/{id}`, with both braces");
            }
            '}' => {
                return Some(
                    "there is a `}` in this path without its `{`: write `/reports/{id}`, with both braces",
                );
            }
            _ => {}
        }
    }
    None
}
