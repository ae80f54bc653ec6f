use std::fmt;

use crate::rule::words::misleads;

/// A text escaped for HTML, both between tags and in attributes with double quotes.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write as _;
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // Invalid in HTML, or able to reorder the text around it.
                c if c.is_control() || misleads(c) => write!(f, "{}", c.escape_unicode())?,
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Escaped;

    #[test]
    fn escapes_tags_and_quotes() {
        let hostile = "</script><img src=x onerror='alert(1)'>\"&\u{202e}\n";
        let expected =
            "&lt;/script&gt;&lt;img src=x onerror=&#39;alert(1)&#39;&gt;&quot;&amp;\\u{202e}\\u{a}";
        assert_eq!(Escaped(hostile).to_string(), expected);
    }
}
