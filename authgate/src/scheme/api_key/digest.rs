use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::error::Problem;
use super::{ApiKeyError, strength};
use crate::secret::Tag;

/// The SHA-256 of a key: what is stored and looked up in its place.
///
/// A key has as many random bits as its digest, so that nobody finds it by trying: there is nothing for a slow password
/// hash to make up for, and it would only let a stranger keep the server busy. Looking a key up by its digest tells
/// nothing about the keys that there are by the time it takes, since nobody can choose how a digest begins.
///
/// As text, it is 64 hexadecimal digits; a database may keep that, or the 32 bytes. It is no secret by itself.
///
/// ```
/// use authgate::scheme::api_key::KeyDigest;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let digest = KeyDigest::of_text("d5fCtKw2xUM0PnE7-rGqh")?;
/// assert_eq!(digest.to_string().parse::<KeyDigest>()?, digest);
/// # Ok(()) }
/// ```
///
/// Digests compare in constant time.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyDigest(Tag<[u8; 32]>);

impl KeyDigest {
    /// The digest of a key that authgate has not made, such as one from an environment variable.
    ///
    /// # Errors
    ///
    /// The text is shorter than 20 characters or longer than 512, has others than printable ASCII without spaces and
    /// commas, or repeats itself or counts so much that somebody would guess it. That it does not look random is
    /// found out, that it is made of words is not.
    pub fn of_text(text: &str) -> Result<Self, ApiKeyError> {
        strength::check(text)?;
        Ok(Self::of_presented(text.as_bytes()))
    }

    /// The digest of what a client has presented, whatever it is, to look it up. To store one, take
    /// [`of_text`](Self::of_text), which refuses what somebody would guess.
    #[must_use]
    pub fn of_presented(key: &[u8]) -> Self {
        Self(Tag::new(Sha256::digest(key).into()))
    }

    /// The digest of these bytes, as a database keeps them.
    #[must_use]
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(Tag::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        self.0.bytes()
    }
}

/// 64 lower-case hexadecimal digits.
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

/// 64 hexadecimal digits in either case.
impl FromStr for KeyDigest {
    type Err = ApiKeyError;

    fn from_str(text: &str) -> Result<Self, ApiKeyError> {
        let digits: Option<Vec<_>> = text.chars().map(|digit| digit.to_digit(16)).collect();
        let bytes = digits.and_then(|digits| {
            let bytes = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit));
            let bytes: Vec<u8> = bytes.map(u8::try_from).collect::<Result<_, _>>().ok()?;
            (digits.len() == 64).then(|| bytes.try_into().ok()).flatten()
        });
        bytes.map(Self::from_bytes).ok_or_else(|| Problem::Digest.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// FIPS 180-4, as the NIST's example of one block has it.
    #[test]
    fn it_is_sha_256_in_hexadecimal() {
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(KeyDigest::of_presented(b"abc").to_string(), expected);
        assert_eq!(expected.to_uppercase().parse::<KeyDigest>().unwrap(), KeyDigest::of_presented(b"abc"));
    }

    #[test]
    fn one_bit_makes_a_difference_wherever_it_is() {
        let digest = KeyDigest::of_presented(b"abc");
        for place in 0..32 {
            let mut bytes = *digest.as_bytes();
            bytes[place] ^= 1;
            assert_ne!(KeyDigest::from_bytes(bytes), digest);
        }
        assert_eq!(KeyDigest::from_bytes(*digest.as_bytes()), digest);
    }

    #[test]
    fn what_is_no_digest_is_refused() {
        let good = KeyDigest::of_presented(b"abc").to_string();
        for text in ["", "ab", &good[1..], &format!("{good}00"), &good.replace('b', "g"), &"é".repeat(32)] {
            assert!(text.parse::<KeyDigest>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        #[cfg_attr(miri, ignore = "takes minutes there")]
        fn no_text_panics(text in any::<String>()) {
            prop_assert!(text.parse::<KeyDigest>().is_err());
        }

        #[test]
        #[cfg_attr(miri, ignore = "takes minutes there")]
        fn text_and_bytes_are_the_same(bytes in any::<[u8; 32]>()) {
            let digest = KeyDigest::from_bytes(bytes);
            prop_assert_eq!(digest.to_string().parse::<KeyDigest>().unwrap(), digest);
        }
    }
}
