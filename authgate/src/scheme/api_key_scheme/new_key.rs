use sha2::{Digest as _, Sha256};

use super::{ApiKeyError, KeyDigest};
use crate::secret::debug_only;

/// 43 characters out of 62 hold 256 bits.
const RANDOM: usize = 43;
const CHECKSUM: usize = 6;
const LONGEST_PREFIX: usize = 32;
const BASE62: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A newly generated key. Its text is available only here.
///
/// Show the [`text`](Self::text) to the holder once, and store only the [`digest`](Self::digest).
///
/// The text has the form `<prefix>_<random><checksum>`: the prefix of the application, 43 random
/// letters and digits (256 bits), and a checksum of 6 characters. The prefix identifies the
/// application if a key leaks into a log or a repository, so scanners can search for it. For the
/// prefix `acme`, use the regular expression
///
/// ```text
/// \bacme_[0-9A-Za-z]{49}\b
/// ```
///
/// and [`is_one`](Self::is_one), which verifies the checksum without a lookup.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::NewKey;
///
/// let key = NewKey::generate("acme")?;
/// assert!(key.text().starts_with("acme_")); // show it to the holder once
/// println!("{}", key.digest()); // store it
///     
/// # Ok::<(), authgate::scheme::api_key::ApiKeyError>(())
/// ```
pub struct NewKey {
    text: String,
    digest: KeyDigest,
}

impl NewKey {
    /// Generates a key. The prefix is public: the name of the application, optionally with the
    /// purpose of the key (`acme_live`).
    ///
    /// # Errors
    ///
    /// Returns [`ApiKeyError`] if the prefix is invalid, or if the system has no random numbers. A
    /// prefix has up to 32 letters, digits and underscores. It starts with a letter, and does not
    /// end in an underscore or have two in a row.
    pub fn generate(prefix: &str) -> Result<Self, ApiKeyError> {
        if !is_prefix(prefix) {
            return Err(ApiKeyError::new(
                "the prefix cannot be recognized in text: write up to 32 letters, digits and single `_` between \
                 them, and a letter first, such as \"acme_live\"",
            ));
        }
        let mut text = String::with_capacity(prefix.len() + 1 + RANDOM + CHECKSUM);
        text.push_str(prefix);
        text.push('_');
        push_random(&mut text)?;
        let checksum = checksum(&text);
        text.extend(checksum);
        let digest = KeyDigest::of_presented(text.as_bytes());
        Ok(Self { text, digest })
    }

    /// Returns the key. Show this secret only to its holder.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the digest to store.
    #[must_use]
    pub const fn digest(&self) -> KeyDigest {
        self.digest
    }

    /// Returns `true` if the text has the form and checksum of a key generated with this prefix,
    /// for scanners and forms. It does not check whether the key was ever issued.
    #[must_use]
    pub fn is_one(prefix: &str, text: &str) -> bool {
        let rest = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).unwrap_or_default();
        let is_long_enough =
            rest.len() == RANDOM + CHECKSUM && rest.bytes().all(|byte| BASE62.contains(&byte));
        let (before, last) = text.split_at_checked(text.len().saturating_sub(CHECKSUM)).unwrap_or_default();
        is_prefix(prefix) && is_long_enough && last.chars().eq(checksum(before))
    }
}

debug_only! {
    /// Omits the key.
    [] NewKey {}
}

fn is_prefix(prefix: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    prefix.len() <= LONGEST_PREFIX
        && prefix.starts_with(|first: char| first.is_ascii_alphabetic())
        && prefix.split('_').all(is_word)
}

fn push_random(text: &mut String) -> Result<(), ApiKeyError> {
    let mut left = RANDOM;
    while left > 0 {
        let mut bytes = [0; 64];
        getrandom::fill(&mut bytes)?;
        // 248 is the largest multiple of 62 in a byte, which makes all characters equally likely.
        let even = bytes.iter().filter(|byte| **byte < 248).take(left);
        let before = text.len();
        text.extend(even.map(|byte| base62(u32::from(*byte))));
        left -= text.len() - before;
    }
    Ok(())
}

/// Yields the first 32 bits of the SHA-256 in base 62, least significant digit first.
fn checksum(text: &str) -> impl Iterator<Item = char> + use<> {
    let hash: [u8; 32] = Sha256::digest(text).into();
    let mut rest = hash.iter().take(4).fold(0, |number, byte| number << 8 | u32::from(*byte));
    (0..CHECKSUM).map(move |_| {
        let digit = base62(rest);
        rest /= 62;
        digit
    })
}

fn base62(number: u32) -> char {
    BASE62.get(number as usize % BASE62.len()).copied().map_or('0', char::from)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn generated_key_has_the_documented_format() {
        for prefix in ["acme", "a", "acme_live", "A1_b2", &"x".repeat(32)] {
            let key = NewKey::generate(prefix).unwrap();
            let rest = key.text().strip_prefix(prefix).unwrap().strip_prefix('_').unwrap();
            assert!(rest.len() == 49 && rest.bytes().all(|byte| byte.is_ascii_alphanumeric()), "{rest}");
            assert!(NewKey::is_one(prefix, key.text()));
            assert_eq!(KeyDigest::of_text(key.text()).unwrap(), key.digest());
        }
    }

    #[test]
    fn generated_keys_are_unique_and_use_the_whole_alphabet() {
        let keys: Vec<_> = (0..300).map(|_| NewKey::generate("a").unwrap()).collect();
        let texts: HashSet<_> = keys.iter().map(NewKey::text).collect();
        assert_eq!(texts.len(), keys.len());
        for place in 2..2 + RANDOM {
            let seen: HashSet<_> = keys.iter().map(|key| key.text().as_bytes()[place]).collect();
            // After 300 keys, about one in a hundred of the 62 characters is missing. Fewer than 40
            // means that the choice is not random.
            assert!(seen.len() > 40, "{} different characters at {place}", seen.len());
        }
    }

    #[test]
    fn mistyped_key_fails_its_checksum() {
        let key = NewKey::generate("acme").unwrap();
        let text = key.text();
        for place in 5..text.len() {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'a' { b'b' } else { b'a' };
            assert!(!NewKey::is_one("acme", std::str::from_utf8(&bytes).unwrap()), "at {place}");
        }
        assert!(!NewKey::is_one("acm", text) && !NewKey::is_one("acme_", text) && !NewKey::is_one("", text));
        assert!(!NewKey::is_one("acme", &text[..text.len() - 1]));
        assert!(!NewKey::is_one("acme", &text.replace('_', "-")));
    }

    #[test]
    fn invalid_prefix_is_an_error() {
        for prefix in
            ["", "_", "1a", "a_", "_a", "a__b", "a-b", "a b", "a,b", "\u{e9}", "a\n", &"x".repeat(33)]
        {
            assert!(NewKey::generate(prefix).is_err(), "{prefix:?}");
        }
    }

    #[test]
    fn debug_omits_the_key() {
        let key = NewKey::generate("acme").unwrap();
        assert_eq!(format!("{key:?} {key:#?}"), "NewKey { .. } NewKey { .. }");
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_text_is_not_a_key(prefix in any::<String>(), text in any::<String>()) {
            prop_assert!(!NewKey::is_one(&prefix, &text));
        }
    }
}
