//! MACs of attempts. No password can be recovered from them.

use hmac::{Hmac, KeyInit as _, Mac};
use sha2::Sha256;

use super::Stored;
use crate::secret::Tag;

/// A random key that is specific to this process.
#[derive(Clone, Copy)]
pub(super) struct Key([u8; 32]);

/// The HMAC of a name, its stored hash and a password.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct AttemptId(Tag<[u8; 32]>);

impl Key {
    /// Creates a random key. Returns `None` if the system has no random numbers.
    pub(super) fn draw() -> Option<Self> {
        let mut key = [0; 32];
        if let Err(error) = getrandom::fill(&mut key) {
            tracing::error!(target: "authgate::gate", %error, "the system has no random numbers, so that no password is remembered");
            return None;
        }
        Some(Self(key))
    }

    pub(super) fn attempted(&self, name: &str, stored: Option<&Stored>, password: &str) -> Option<AttemptId> {
        let mut hash = String::new();
        if let Some(stored) = stored {
            stored.write_to(&mut hash);
        }
        // The lengths delimit the parts.
        let lengths =
            [name.len(), hash.len()].map(|length| u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
        let mac = Hmac::<Sha256>::new_from_slice(&self.0).ok()?;
        let mac = lengths.iter().fold(mac, Mac::chain_update);
        let mac = mac.chain_update(name).chain_update(hash).chain_update(password);
        Some(AttemptId(Tag::new(mac.finalize().into_bytes().into())))
    }
}

impl AttemptId {
    /// Returns 16 bits of the MAC: enough to recognize the password of the last login, too few to
    /// guess a password.
    pub(super) const fn mark(&self) -> u16 {
        let [first, second, ..] = *self.0.bytes();
        u16::from_be_bytes([first, second])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attempt_key_differs_by_name_hash_password_and_process() {
        let (key, other) = (Key::draw().unwrap(), Key::draw().unwrap());
        let argon2 = Stored::decoy_of_default();
        let bcrypt = Stored::parse(&format!("$2b$04${}", ".".repeat(53))).unwrap();
        let all = [
            key.attempted("vera", Some(&argon2), "a"),
            key.attempted("ver", Some(&argon2), "aa"),
            key.attempted("vera", Some(&bcrypt), "a"),
            key.attempted("vera", Some(&argon2), "b"),
            key.attempted("vera", None, "a"),
            other.attempted("vera", Some(&argon2), "a"),
        ]
        .map(Option::unwrap);
        for (index, one) in all.iter().enumerate() {
            assert!(all.iter().skip(index + 1).all(|other| other != one), "{index}");
        }
        assert!(key.attempted("vera", Some(&argon2), "a") == Some(all[0]));
    }
}
