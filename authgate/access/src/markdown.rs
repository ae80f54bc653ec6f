//! The table as Markdown, for a wiki or a review.

use std::fmt::Write as _;

use super::document::{Document, DocumentRight, DocumentRoute, STATES};
use crate::rule::words::misleads;

impl Document {
    /// Returns the routes and rights as Markdown with GitHub's tables. Equal documents give equal
    /// bytes.
    #[must_use]
    pub fn to_markdown(&self) -> String {
        let mut out = String::from("# Access\n\n");
        let texts = ["public", "ungated", "for authenticated callers", "for callers with a right"];
        let counted: Vec<_> = STATES
            .iter()
            .zip(texts)
            .filter(|(state, _)| self.count(state) > 0)
            .map(|(state, text)| format!("{} {text}", self.count(state)))
            .collect();
        // Writing to a `String` cannot fail, here and below.
        let routes = if self.routes.len() == 1 { "route" } else { "routes" };
        _ = writeln!(out, "{} {routes}: {}.\n", self.routes.len(), counted.join(", "));
        out.push_str("| method | path | access | handler | source |\n|---|---|---|---|---|\n");
        self.routes.iter().for_each(|route| of_route(&mut out, route));
        if !self.rights.is_empty() {
            out.push_str("\n## Rights\n\n| right | implies | grants or allows |\n|---|---|---|\n");
            self.rights.iter().for_each(|right| of_right(&mut out, right));
        }
        out
    }
}

fn of_route(out: &mut String, route: &DocumentRoute) {
    let DocumentRoute { method, path, access, handler, source, .. } = route;
    let source =
        if source.file.is_empty() { String::new() } else { format!("{}:{}", source.file, source.line) };
    let cells = [method, path, access, handler, &source].map(|text| code(text));
    _ = writeln!(out, "| {} |", cells.join(" | "));
}

fn of_right(out: &mut String, right: &DocumentRight) {
    let names = |names: &[String]| names.iter().map(|name| code(name)).collect::<Vec<_>>().join(", ");
    let permitted = [names(&right.grants), names(&right.allows)].concat();
    let name = code(&format!("{}:{}", right.kind, right.name));
    let path = right.path.iter().chain(&right.on).map(|path| code(path)).collect::<Vec<_>>().join(" on ");
    let implies = [names(&right.implies), path].concat();
    _ = writeln!(out, "| {name} | {implies} | {permitted} |");
}

/// Returns a text as code in a table cell. No character of the text acts as Markdown.
pub(super) fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    // Backticks suffice if only `|` needs an escape. Otherwise HTML is unambiguous for all
    // renderers.
    let has_backticks = !text.contains(['`', '\\']) && !text.starts_with(' ') && !text.ends_with(' ');
    let mut escaped = String::new();
    for c in text.chars() {
        match c {
            c if c.is_control() || misleads(c) => escaped.extend(c.escape_default()),
            '|' if has_backticks => escaped.push_str("\\|"),
            // Writing to a `String` cannot fail.
            c if c.is_ascii_punctuation() && !has_backticks => _ = write!(escaped, "&#{};", u32::from(c)),
            c => escaped.push(c),
        }
    }
    if has_backticks { format!("`{escaped}`") } else { format!("<code>{escaped}</code>") }
}

/// Returns a text as a line of prose. The text between backticks stays code.
pub(super) fn plain(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    // The last backtick of an odd number does not open code.
    let pairs = (parts.len() - 1) / 2;
    let mut out = String::new();
    for (at, part) in parts.iter().enumerate() {
        if at % 2 == 1 && at / 2 < pairs {
            out.push_str(&code(part));
            continue;
        }
        if at % 2 == 1 {
            out.push_str("\\`");
        }
        for c in part.chars() {
            match c {
                '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~' | '!' | '@' => {
                    out.extend(['\\', c]);
                }
                c if c.is_control() => out.extend(c.escape_default()),
                c => out.push(c),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{code, plain};

    #[test]
    fn escapes_prose_except_code() {
        for (text, expected) in [
            ("ask `a|b` of <img>", r"ask `a\|b` of \<img\>"),
            ("one ` alone [x](y)", r"one \` alone \[x\](y)"),
            ("`a` and ` alone", r"`a` and \` alone"),
            ("@all\n# x", r"\@all\n\# x"),
        ] {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn escapes_code_in_tables() {
        for (text, expected) in [
            ("role:a | role:b", r"`role:a \| role:b`"),
            ("a`b", "<code>a&#96;b</code>"),
            ("`a``", "<code>&#96;a&#96;&#96;</code>"),
            (r"a\|b", "<code>a&#92;&#124;b</code>"),
            ("a\u{202e}b", r"`a\u{202e}b`"),
            ("<script>", "`<script>`"),
            ("a\nb\r|", r"`a\nb\r\|`"),
            ("", ""),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
    }
}
