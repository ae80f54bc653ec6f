//! The syntax of paths.

/// Returns the problem of a path: it does not start with `/`, or a brace is not paired.
pub(super) fn wrong_in_path(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path starts with `/`");
    }
    let mut chars = path.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            // A double brace is literal.
            '{' | '}' if chars.next_if_eq(&c).is_some() => {}
            '{' if !chars.by_ref().take_while(|c| *c != '/').any(|c| c == '}') => {
                return Some("a `{` in this path has no `}`: write a parameter as `/reports/{id}`");
            }
            '}' => {
                return Some("a `}` in this path has no `{`: write a parameter as `/reports/{id}`");
            }
            _ => {}
        }
    }
    None
}
