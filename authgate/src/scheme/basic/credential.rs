use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The maximum length of a credential, in bytes of base64.
const LONGEST: usize = 8 * 1024;

/// A user name and a password (RFC 7617 section 2).
pub(super) struct Credential {
    /// `name:password`.
    text: String,
    colon: usize,
}

impl Credential {
    /// Parses `base64(name ":" password)` strictly.
    pub(super) fn parse(sent: &[u8]) -> Option<Self> {
        if sent.len() > LONGEST {
            return None;
        }
        // The engine requires padding, and zeros in the unused bits.
        let text = String::from_utf8(STANDARD.decode(sent).ok()?).ok()?;
        let colon = text.find(':').filter(|colon| *colon > 0)?;
        (!text.contains(char::is_control)).then_some(Self { text, colon })
    }

    pub(super) fn name(&self) -> &str {
        self.text.get(..self.colon).unwrap_or_default()
    }

    pub(super) fn password(&self) -> &str {
        self.text.get(self.colon + 1..).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: impl AsRef<[u8]>) -> Option<(String, String)> {
        let credential = Credential::parse(STANDARD.encode(text).as_bytes())?;
        Some((credential.name().to_owned(), credential.password().to_owned()))
    }

    #[test]
    fn control_characters_are_rejected_at_any_position() {
        // RFC 7617 section 2.
        for control in ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}') {
            for text in [format!("a{control}:b"), format!("a:{control}"), format!("{control}a:b")] {
                assert_eq!(parsed(&text), None, "{text:?}");
            }
        }
        assert!(parsed("a:\u{a0}").is_some());
    }

    #[test]
    fn credential_length_is_bounded() {
        let longest = LONGEST / 4 * 3 - 2;
        assert!(parsed(format!("a:{}", "x".repeat(longest))).is_some());
        assert_eq!(parsed(format!("a:{}", "x".repeat(longest + 1))), None);
    }

    proptest! {
        /// RFC 7617 sections 2 and 2.1.
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn first_colon_separates_name_and_password(name in "[^:\\p{Cc}]{1,20}", password in "\\P{Cc}{0,20}") {
            prop_assert_eq!(parsed(format!("{name}:{password}")), Some((name, password)));
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn only_canonical_base64_is_accepted_and_no_input_panics(sent in any::<Vec<u8>>()) {
            if let Some(credential) = Credential::parse(&sent) {
                prop_assert_eq!(STANDARD.encode(credential.text).into_bytes(), sent);
            }
        }
    }
}
