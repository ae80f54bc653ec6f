use std::fmt::Write as _;

use http::HeaderValue;

use crate::credentials::is_token;

/// A challenge sent to clients that must authenticate: one `WWW-Authenticate` line (RFC 9110
/// section 11.6.1).
///
/// Values are quoted strings, restricted to the characters of RFC 6750 section 3. `"`, `\` and
/// everything outside of printable ASCII is removed, which prevents header injection.
///
/// # Examples
///
/// ```
/// use authgate::denial::Challenge;
///
/// let challenge = Challenge::new("Ticket").realm("fair").parameter("counter", "3");
/// assert_eq!(challenge.scheme(), "Ticket");
/// ```
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
    /// Creates a challenge for an auth-scheme, a token such as `Bearer`.
    #[must_use]
    pub fn new(scheme: &'static str) -> Self {
        let tells_errors = scheme.eq_ignore_ascii_case("Bearer") || scheme.eq_ignore_ascii_case("DPoP");
        Self { scheme, parameters: Vec::new(), tells_errors, only_alone: false }
    }

    /// Replaces the auth-scheme, and keeps the parameters.
    pub(crate) const fn renamed(mut self, scheme: &'static str) -> Self {
        self.scheme = scheme;
        self
    }

    /// Sets the realm, which names the protection space (RFC 9110 section 11.5). Browsers show it.
    #[must_use]
    pub fn realm(self, realm: &str) -> Self {
        self.parameter("realm", realm)
    }

    /// Sets a parameter. It replaces a parameter with the same name, which may occur only once (RFC
    /// 9110 section 11.2).
    #[must_use]
    pub fn parameter(self, name: &'static str, value: &str) -> Self {
        self.set(Parameter { name, value: clean(value), quoted: true })
    }

    /// Sets a parameter whose value is an unquoted token, as `algorithm` and `stale` of Digest must
    /// be (RFC 7616 section 3.3).
    ///
    /// Characters that a token cannot contain are removed. A realm is always quoted (RFC 9110
    /// section 11.5).
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

    /// Returns the auth-scheme.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        self.scheme
    }

    /// Returns `true` if the challenge may state why a credential was rejected, as `error` (RFC
    /// 6750 section 3.1). This is the case for `Bearer` and `DPoP`.
    #[must_use]
    pub const fn tells_errors(&self) -> bool {
        self.tells_errors
    }

    /// Allows a challenge of another auth-scheme to state why a credential was rejected.
    #[must_use]
    pub const fn telling_errors(mut self) -> Self {
        self.tells_errors = true;
        self
    }

    /// Sends the challenge only if the gate has no other.
    ///
    /// Use it for an auth-scheme that is not registered. Next to Basic or Digest, it would prevent
    /// some clients from using them (RFC 9110 section 11.3).
    #[must_use]
    pub const fn only_alone(mut self) -> Self {
        self.only_alone = true;
        self
    }

    /// Returns `true` if the challenge is sent only if the gate has no other.
    pub(crate) const fn is_only_alone(&self) -> bool {
        self.only_alone
    }

    /// Returns the position among other challenges, so that real clients find one that they
    /// support.
    ///
    /// Some clients read only the first challenge (RFC 9110 section 11.3). Some choose Basic if it
    /// comes before Digest, and some fail on an unknown scheme after Basic.
    pub(crate) fn rank(&self) -> u8 {
        match self.scheme.to_ascii_lowercase().as_str() {
            "bearer" => 0,
            "digest" => 1,
            "basic" => 3,
            _ => 2,
        }
    }

    /// Returns the value of a parameter.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|known| known.name == name).map(|known| known.value.as_str())
    }

    /// Returns `true` if the auth-scheme and the parameter names are tokens, so that clients can
    /// parse the line.
    pub(crate) fn is_well_formed(&self) -> bool {
        let is_a_token = |text: &str| !text.is_empty() && text.bytes().all(is_token);
        is_a_token(self.scheme)
            && self
                .parameters
                .iter()
                .all(|known| is_a_token(known.name) && (known.quoted || is_a_token(&known.value)))
    }

    /// Returns the field value.
    pub(crate) fn to_value(&self) -> HeaderValue {
        self.to_value_of(self.scheme.to_owned())
    }

    /// Returns the field value with an auth-scheme for which browsers do not show a dialog, such as
    /// `X-Basic`.
    pub(crate) fn to_value_without_dialog(&self) -> HeaderValue {
        self.to_value_of(format!("X-{}", self.scheme))
    }

    fn to_value_of(&self, mut line: String) -> HeaderValue {
        let mut separator = " ";
        for Parameter { name, value, quoted } in &self.parameters {
            let quote = if *quoted { "\"" } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(line, "{separator}{name}={quote}{value}{quote}");
            separator = ", ";
        }
        // Tokens and cleaned text form a valid field value.
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
    fn removes_line_breaks_and_non_ascii_from_values() {
        let challenge = Challenge::new("Bearer")
            .realm("a\"b\\c\r\nSet-Cookie: x\u{e9}")
            .parameter("error", "invalid_token");
        assert_eq!(challenge.to_value(), "Bearer realm=\"abcSet-Cookie: x\", error=\"invalid_token\"");
    }

    #[test]
    fn later_parameter_replaces_earlier_of_same_name() {
        assert_eq!(
            Challenge::new("Basic").realm("a").parameter("Realm", "b").to_value(),
            "Basic Realm=\"b\""
        );
    }

    #[test]
    fn token_parameter_is_not_quoted() {
        let challenge =
            Challenge::new("Digest").realm("a").token("algorithm", "SHA-256").token("stale", "tr\"u,e");
        assert_eq!(challenge.to_value(), "Digest realm=\"a\", algorithm=SHA-256, stale=true");
        assert!(challenge.is_well_formed());
        assert!(!challenge.token("stale", "").is_well_formed());
        assert_eq!(Challenge::new("Digest").token("realm", "a b").to_value(), "Digest realm=\"a b\"");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn no_realm_escapes_its_quoted_string(text in any::<String>()) {
            let value = Challenge::new("Bearer").realm(&text).to_value();
            let value = value.to_str().unwrap();
            let inner = value.strip_prefix("Bearer realm=\"").unwrap().strip_suffix('"').unwrap();
            prop_assert!(inner.bytes().all(|byte| matches!(byte, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e)));
        }
    }
}
