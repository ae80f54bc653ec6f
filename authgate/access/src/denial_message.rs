/// Why a custom requirement or policy denies a request: a code for programs, and a sentence for
/// people.
///
/// # Examples
///
/// ```
/// use authgate::denial::DenialMessage;
///
/// const SUSPENDED: DenialMessage =
///     DenialMessage::new("account_suspended", "Your account is suspended; write to support.");
/// ```
///
/// Both are sent to the client. A malformed code, or a code that authgate uses, does not compile:
///
/// ```compile_fail
/// const SUSPENDED: authgate::denial::DenialMessage = authgate::denial::DenialMessage::new("role_missing", "Your account is suspended.");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DenialMessage {
    code: &'static str,
    detail: &'static str,
}

impl DenialMessage {
    /// The default denial message, `policy_denied`.
    pub const DENIED: Self = Self { code: "policy_denied", detail: "You are not allowed to do this." };

    /// Creates a denial message from a code of lowercase letters, digits and `_`, and a sentence.
    ///
    /// # Panics
    ///
    /// Panics if the code is malformed, if authgate uses it, or if the sentence is blank. In a
    /// `const`, the intended use, a panic is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn new(code: &'static str, detail: &'static str) -> Self {
        assert!(
            is_code(code.as_bytes()),
            "expected a code of lowercase letters, digits and `_`, such as \"account_suspended\""
        );
        assert!(!is_taken(code), "authgate uses this code for another reason: choose another code");
        assert!(
            !detail.trim_ascii().is_empty(),
            "the sentence of a denial message is blank: state the reason for the client"
        );
        Self { code, detail }
    }

    /// Returns the machine-readable code.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        self.code
    }

    /// Returns the sentence sent to the client.
    #[must_use]
    pub const fn detail(&self) -> &'static str {
        self.detail
    }
}

const fn is_code(mut code: &[u8]) -> bool {
    if code.is_empty() || code.len() > 64 {
        return false;
    }
    while let [first, rest @ ..] = code {
        if !matches!(first, b'a'..=b'z' | b'0'..=b'9' | b'_') {
            return false;
        }
        code = rest;
    }
    true
}

const fn is_taken(code: &str) -> bool {
    let mut reasons: &[crate::Reason] = &crate::Reason::ALL;
    while let [reason, rest @ ..] = reasons {
        if crate::const_text::same_text(reason.code(), code) {
            return true;
        }
        reasons = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn validates_code_syntax_and_detects_reserved_codes() {
        for (code, expected) in [
            ("account_suspended", true),
            ("", false),
            ("Account", false),
            ("a-b", false),
            ("é", false),
            ("a2_", true),
        ] {
            assert_eq!(is_code(code.as_bytes()), expected, "{code}");
        }
        assert!(is_taken("role_missing") && is_taken("policy_denied") && !is_taken("account_suspended"));
    }
}
