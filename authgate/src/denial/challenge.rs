use std::fmt::Write as _;

use http::HeaderValue;

use crate::credentials::is_token;

/// What tells a client how to prove itself: one `WWW-Authenticate` line (RFC 9110 section 11.6.1).
///
/// Values are written as quoted strings and keep to the characters of RFC 6750 section 3 (`standards.md` row 38):
/// `"`, `\` and everything outside of printable ASCII is left out, so that no text can break out of its line.
#[derive(Clone, Debug)]
pub struct Challenge {
    scheme: &'static str,
    parameters: Vec<Parameter>,
    tells_errors: bool,
    only_alone: bool,
}

#[derive(Clone, Debug)]
struct Parameter {
    name: &'static str,
    value: String,
    quoted: bool,
}

impl Challenge {
    /// A challenge of an auth-scheme, a token such as `Bearer`.
    #[must_use]
    pub fn new(scheme: &'static str) -> Self {
        let tells_errors = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("DPoP");
        Self { scheme, parameters: Vec::new(), tells_errors, only_alone: false }
    }

    /// The protection space (RFC 9110 section 11.5), as people read it.
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        self.parameter("realm", realm)
    }

    /// Another parameter. One of this name that is there already is replaced (`standards.md` row 5).
    #[must_use]
    pub fn parameter(self, name: &'static str, value: &str) -> Self {
        self.set(Parameter { name, value: clean(value), quoted: true })
    }

    /// Another parameter whose value is a token and stands without quotes, as `algorithm` and `stale` of Digest have to
    /// (RFC 7616 section 3.3, `standards.md` row 53). What cannot stand in a token is left out. A realm is none: it stands in
    /// quotes always (RFC 9110 section 11.5).
    #[must_use]
    pub fn token(self, name: &'static str, value: &str) -> Self {
        if name.eq_ignore_ascii_case("realm") {
            return self.parameter(name, value);
        }
        let value = value.chars().filter(|character| u8::try_from(*character).is_ok_and(is_token)).collect();
        self.set(Parameter { name, value, quoted: false })
    }

    fn set(mut self, parameter: Parameter) -> Self {
        self.parameters.retain(|known| !known.name.eq_ignore_ascii_case(parameter.name));
        self.parameters.push(parameter);
        self
    }

    /// The auth-scheme.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Whether the challenge can say why a credential was refused, by `error` (RFC 6750 section 3.1). So it is for
    /// `Bearer` and `DPoP`.
    #[must_use]
    pub const fn tells_errors(&self) -> bool {
        self.tells_errors
    }

    /// Lets a challenge of another auth-scheme say why a credential was refused.
    #[must_use]
    pub const fn telling_errors(mut self) -> Self {
        self.tells_errors = true;
        self
    }

    /// Sends the challenge only where there is no other: of an auth-scheme that is not registered, and that only tells
    /// people what is asked for. Beside Basic and Digest it would keep real clients from those (`standards.md` row 7).
    #[must_use]
    pub const fn only_alone(mut self) -> Self {
        self.only_alone = true;
        self
    }

    /// Whether it goes out only where there is no other.
    pub(crate) const fn is_only_alone(&self) -> bool {
        self.only_alone
    }

    /// The value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|known| known.name == name).map(|known| known.value.as_str())
    }

    /// Whether the auth-scheme and the parameters' names are tokens, so that the line can be read back.
    pub(crate) fn is_well_formed(&self) -> bool {
        let is_a_token = |text: &str| !text.is_empty() && text.bytes().all(is_token);
        is_a_token(self.scheme)
            && self
                .parameters
                .iter()
                .all(|known| is_a_token(known.name) && (known.quoted || is_a_token(&known.value)))
    }

    /// The field value.
    pub(crate) fn to_value(&self) -> HeaderValue {
        self.to_value_of(self.scheme.to_owned())
    }

    /// The field value under a name that no browser has a dialog for.
    pub(crate) fn to_undisturbing_value(&self) -> HeaderValue {
        self.to_value_of(format!("X-{}", self.scheme))
    }

    fn to_value_of(&self, mut line: String) -> HeaderValue {
        let mut separator = " ";
        for Parameter { name, value, quoted } in &self.parameters {
            let quote = if *quoted { "\"" } else { "" };
            // Writing to a string does not fail.
            let _ = write!(line, "{separator}{name}={quote}{value}{quote}");
            separator = ", ";
        }
        // Tokens and cleaned text are always a field value.
        HeaderValue::try_from(line).unwrap_or_else(|_| HeaderValue::from_static("Unknown"))
    }
}

/// Keeps %x20-21 / %x23-5B / %x5D-7E.
fn clean(text: &str) -> String {
    text.chars()
        .filter(|character| matches!(character, ' '..='~') && !matches!(character, '"' | '\\'))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_challenge_is_one_line() {
        let challenge = Challenge::new("Bearer")
            .realm("a\"b\\c\r\nSet-Cookie: x\u{e9}")
            .parameter("error", "invalid_token");
        assert_eq!(challenge.to_value(), "Bearer realm=\"abcSet-Cookie: x\", error=\"invalid_token\"");
    }

    #[test]
    fn a_parameter_occurs_once() {
        assert_eq!(
            Challenge::new("Basic").realm("a").parameter("Realm", "b").to_value(),
            "Basic Realm=\"b\""
        );
    }

    #[test]
    fn a_token_stands_without_quotes() {
        let challenge =
            Challenge::new("Digest").realm("a").token("algorithm", "SHA-256").token("stale", "tr\"u,e");
        assert_eq!(challenge.to_value(), "Digest realm=\"a\", algorithm=SHA-256, stale=true");
        assert!(challenge.is_well_formed());
        assert!(!challenge.token("stale", "").is_well_formed());
        assert_eq!(Challenge::new("Digest").token("realm", "a b").to_value(), "Digest realm=\"a b\"");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes there")]
        fn no_text_breaks_out_of_its_quotes(text in any::<String>()) {
            let value = Challenge::new("Bearer").realm(&text).to_value();
            let value = value.to_str().unwrap();
            let inner = value.strip_prefix("Bearer realm=\"").unwrap().strip_suffix('"').unwrap();
            prop_assert!(inner.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
        }
    }
}
