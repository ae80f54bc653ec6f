//! A strict parser for lists of auth-params (RFC 9110 sections 5.6.1, 5.6.4 and 11.2).

use crate::credentials::is_token;

/// More elements than any client sends, including empty ones.
const MOST: usize = 32;

pub(super) struct Parameter {
    name: String,
    value: String,
    quoted: bool,
}

/// The parameters of a credential, without duplicates.
pub(super) struct Parameters(Vec<Parameter>);

impl Parameters {
    /// Parses the complete text. Returns `None` if it is not a list of parameters, or if a
    /// parameter is repeated.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut found: Vec<Parameter> = Vec::new();
        let mut rest = trim(text);
        for _ in 0..MOST {
            if rest.is_empty() {
                return Some(Self(found));
            }
            if !rest.starts_with(',') {
                let (parameter, after) = one(rest)?;
                if found.iter().any(|known| known.name.eq_ignore_ascii_case(&parameter.name)) {
                    return None;
                }
                found.push(parameter);
                rest = trim(after);
                if rest.is_empty() {
                    return Some(Self(found));
                }
            }
            rest = trim(rest.strip_prefix(',')?);
        }
        None
    }

    /// Returns the value. Recipients accept a token or a quoted string for any parameter (RFC 9110
    /// section 11.2).
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.find(name).map(|known| &*known.value)
    }

    /// Returns the value of a parameter that must not be a quoted string.
    pub(super) fn unquoted(&self, name: &str) -> Option<Option<&str>> {
        self.find(name).map(|known| (!known.quoted).then_some(&*known.value))
    }

    fn find(&self, name: &str) -> Option<&Parameter> {
        self.0.iter().find(|known| known.name.eq_ignore_ascii_case(name))
    }
}

/// Parses `name BWS "=" BWS ( token / quoted-string )`, and returns the rest.
fn one(text: &str) -> Option<(Parameter, &str)> {
    let (name, rest) = token(text)?;
    let rest = trim(trim(rest).strip_prefix('=')?);
    if let Some(rest) = rest.strip_prefix('"') {
        let (value, rest) = quoted(rest)?;
        return Some((Parameter { name: name.to_owned(), value, quoted: true }, rest));
    }
    let (value, rest) = token(rest)?;
    Some((Parameter { name: name.to_owned(), value: value.to_owned(), quoted: false }, rest))
}

/// Parses a quoted string after its opening quote, and removes the escapes.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some((value, characters.as_str())),
            '\\' => value.push(characters.next().filter(|it| is_text(*it))?),
            _ if is_text(character) => value.push(character),
            _ => return None,
        }
    }
    None
}

/// Returns `true` for HTAB, SP, visible characters and non-ASCII characters.
const fn is_text(character: char) -> bool {
    character == '\t' || !character.is_ascii_control()
}

fn token(text: &str) -> Option<(&str, &str)> {
    let end = text.bytes().position(|byte| !is_token(byte));
    let (token, rest) = text.split_at(end.unwrap_or(text.len()));
    (!token.is_empty()).then_some((token, rest))
}

fn trim(text: &str) -> &str {
    text.trim_start_matches([' ', '\t'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(text: &str) -> Option<Vec<String>> {
        Parameters::read(text).map(|Parameters(found)| {
            found
                .iter()
                .map(|it| format!("{}={}{}", it.name, it.value, if it.quoted { "\"" } else { "" }))
                .collect()
        })
    }

    #[test]
    fn reads_tokens_and_quoted_strings() {
        for (text, expected) in [
            ("", vec![]),
            (" ,\t, ", vec![]),
            ("a=b", vec!["a=b"]),
            ("a = \"b\"", vec!["a=b\""]),
            ("A\t=\tb ,c=\"d, e=f\",", vec!["A=b", "c=d, e=f\""]),
            (r#"a="\"b\\\c""#, vec![r#"a="b\c""#]),
            ("a=\"\"", vec!["a=\""]),
            ("a=\"\u{44f}\t\"", vec!["a=\u{44f}\t\""]),
        ] {
            let expected: Vec<_> = expected.into_iter().map(str::to_owned).collect();
            assert_eq!(read(text), Some(expected), "{text}");
        }
    }

    #[test]
    fn malformed_parameter_lists_are_rejected() {
        for text in [
            "a",
            "a=",
            "=b",
            "a=b c=d",
            "a=\"b",
            "a=\"b\\",
            "a=\"b\\\"",
            "a=\"b\"c",
            "a=b\"c\"",
            "a=/b",
            "a=\u{44f}",
            "\u{44f}=a",
            "a=\"\u{0}\"",
            "a=\"\\\u{7f}\"",
            "a=\"\n\"",
            "a=b, A=c",
            "x=1, x=1",
            "a=b; c=d",
            "{\"a\":\"b\"}",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&",".repeat(MOST)), None);
        let many: Vec<_> = (0..=MOST).map(|number| format!("a{number}=b")).collect();
        assert_eq!(read(&many.join(",")), None);
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_text_does_not_panic(text in "[a=,\"\\\\ \t\u{44f}]{0,24}") {
            read(&text);
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn quoted_string_round_trips(value in "[ -~\u{44f}]{0,24}") {
            let text = format!("a=\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""));
            let parameters = Parameters::read(&text);
            prop_assert_eq!(parameters.as_ref().and_then(|it| it.get("a")), Some(value.as_str()));
        }
    }
}
