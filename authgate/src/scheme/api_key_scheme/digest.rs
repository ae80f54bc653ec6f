use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::{ApiKeyError, strength};
use crate::scheme::hex;
use crate::secret::Tag;

/// The SHA-256 digest of a key, which is stored and looked up instead of the key.
///
/// A generated key has 256 random bits, so an attacker cannot find it by guessing. A slow password
/// hash would add no protection, and would let anonymous callers keep the server busy. Looking up
/// the digest does not leak stored keys through timing, because callers cannot choose the first
/// bytes of a digest.
///
/// The text form has 64 hexadecimal digits. A database may store the text or the 32 bytes. The
/// digest is not a secret.
///
/// Digests compare in constant time.
///
/// # Examples
///
/// ```
/// use authgate::scheme::api_key::KeyDigest;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let digest = KeyDigest::of_text("d5fCtKw2xUM0PnE7-rGqh")?;
/// assert_eq!(digest.to_string().parse::<KeyDigest>()?, digest);
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest(Tag<[u8; 32]>);

impl KeyDigest {
    /// Computes the digest of a key that authgate did not generate, such as one from an environment
    /// variable.
    ///
    /// # Errors
    ///
    /// Returns [`ApiKeyError`] if the text:
    ///
    /// - has fewer than 20 or more than 512 characters
    /// - contains characters other than printable ASCII, or a space or a comma
    /// - is easy to guess, because it repeats itself or counts
    ///
    /// The check does not detect keys that consist of words.
    pub fn of_text(text: &str) -> Result<Self, ApiKeyError> {
        strength::check(text)?;
        Ok(Self::of_presented(text.as_bytes()))
    }

    /// Computes the digest of a presented key, valid or not, to look it up. To store a key, use
    /// [`of_text`](Self::of_text), which rejects keys that are easy to guess.
    #[must_use]
    pub fn of_presented(key: &[u8]) -> Self {
        Self(Tag::new(Sha256::digest(key).into()))
    }

    /// Creates a digest from its bytes, as stored in a database.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Tag::new(bytes))
    }

    /// Returns the bytes of the digest.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

/// Formats the digest as 64 lowercase hexadecimal digits.
impl fmt::Display for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.as_bytes().iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyDigest({self})")
    }
}

/// Parses 64 hexadecimal digits, in lowercase or uppercase.
impl FromStr for KeyDigest {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let bytes = hex::decode(text.as_bytes()).and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self::from_bytes).ok_or_else(|| {
            ApiKeyError::new(
                "invalid digest of a key: write the 64 hexadecimal digits of its SHA-256, in the format of `KeyDigest`",
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The one-block example that NIST publishes for FIPS 180-4.
    #[test]
    fn digest_is_hexadecimal_sha_256() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(KeyDigest::of_presented(b"abc").to_string(), expected);
        assert_eq!(expected.to_uppercase().parse::<KeyDigest>().unwrap(), KeyDigest::of_presented(b"abc"));
    }

    #[test]
    fn digests_that_differ_in_one_bit_are_not_equal() {
        let digest = KeyDigest::of_presented(b"abc");
        for place in 0..32 {
            let mut bytes = *digest.as_bytes();
            bytes[place] ^= 1;
            assert_ne!(KeyDigest::from_bytes(bytes), digest);
        }
        assert_eq!(KeyDigest::from_bytes(*digest.as_bytes()), digest);
    }

    #[test]
    fn malformed_digest_text_is_rejected() {
        let good = KeyDigest::of_presented(b"abc").to_string();
        for text in ["", "ab", &good[1..], &format!("{good}00"), &good.replace('b', "g"), &"é".repeat(32)] {
            assert!(text.parse::<KeyDigest>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn arbitrary_text_is_rejected_without_panic(text in any::<String>()) {
            prop_assert!(text.parse::<KeyDigest>().is_err());
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes in Miri")]
        fn digest_round_trips_through_text(bytes in any::<[u8; 32]>()) {
            let digest = KeyDigest::from_bytes(bytes);
            prop_assert_eq!(digest.to_string().parse::<KeyDigest>().unwrap(), digest);
        }
    }
}
