//! Stateless nonces: the time, random bytes, and a MAC over both. RFC 7616 section 5.4 leaves the
//! format to the server.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

const RANDOM: usize = 16;
const MADE: usize = 8;
const MAC: usize = 32;

/// The content of a nonce. Nonces sort by creation time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Nonce {
    /// In milliseconds since the Unix epoch.
    made: u64,
    random: [u8; RANDOM],
}

impl Nonce {
    pub(super) fn new(now: Millis) -> Result<Self, getrandom::Error> {
        let mut random = [0; RANDOM];
        getrandom::fill(&mut random)?;
        Ok(Self { made: now.0, random })
    }

    pub(super) const fn made(&self) -> Millis {
        Millis(self.made)
    }

    /// Returns the key of a count of this nonce in a store. Nonces of two realms that share a store
    /// have different keys.
    pub(super) fn key_of(&self, realm: &str, count: u32) -> [u8; 32] {
        let hash = Sha256::new().chain_update(b"authgate digest count\0").chain_update(realm);
        let hash = hash.chain_update(b"\0").chain_update(self.bytes()).chain_update(count.to_be_bytes());
        hash.finalize().into()
    }

    fn bytes(&self) -> [u8; MADE + RANDOM] {
        let mut bytes = [0; MADE + RANDOM];
        let from = self.made.to_be_bytes().into_iter().chain(self.random);
        bytes.iter_mut().zip(from).for_each(|(to, from)| *to = from);
        bytes
    }
}

/// A point in time, in milliseconds since the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Millis(pub(super) u64);

impl Millis {
    pub(super) fn before(self, by: Duration) -> Self {
        Self(self.0.saturating_sub(millis(by)))
    }

    pub(super) fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(millis(by)))
    }

    pub(super) fn system_time(self) -> SystemTime {
        UNIX_EPOCH.checked_add(Duration::from_millis(self.0)).unwrap_or(UNIX_EPOCH)
    }
}

/// Saturates at about 500 million years.
fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// A monotonic clock that starts at the system time.
///
/// With the system clock, a step back would revive nonces that were already forgotten. A step
/// forward and back would reject fresh nonces.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    started: Millis,
    at: Instant,
}

impl Clock {
    pub(super) fn start() -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: Millis(0).after(since), at: Instant::now() }
    }

    pub(super) fn now(&self) -> Millis {
        self.started.after(self.at.elapsed())
    }
}

/// Creates nonces, and verifies that it created a nonce.
#[derive(Clone)]
pub(super) struct Mint(Hmac<Sha256>);

impl Mint {
    /// Derives the MAC key from the key and the realm. So two realms never accept each other's
    /// nonces, even with the same key.
    pub(super) fn new(key: &[u8], realm: &str) -> Option<Self> {
        let mac = Hmac::new_from_slice(key).ok()?;
        Some(Self(mac.chain_update(b"authgate digest nonce\0").chain_update(realm).chain_update(b"\0")))
    }

    pub(super) fn write(&self, nonce: &Nonce) -> String {
        let bytes = nonce.bytes();
        let mac = self.0.clone().chain_update(bytes).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode([bytes.as_slice(), mac.as_slice()].concat())
    }

    /// Returns `None` for a nonce that was not created with this key. Compares in constant time.
    pub(super) fn read(&self, text: &str) -> Option<Nonce> {
        // A few bytes extra, because the decoder estimates the decoded length.
        let mut bytes = [0; MADE + RANDOM + MAC + 4];
        let length = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes).ok()?;
        let (signed, mac) = bytes.get(..length)?.split_at_checked(MADE + RANDOM)?;
        self.0.clone().chain_update(signed).verify_slice(mac).ok()?;
        let (made, random) = signed.split_first_chunk()?;
        Some(Nonce { made: u64::from_be_bytes(*made), random: random.try_into().ok()? })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    fn mint() -> Mint {
        Mint::new(&[7; 32], "api").unwrap()
    }

    #[test]
    fn nonce_is_read_only_with_its_key_and_realm() {
        let nonce = Nonce::new(Millis(1_700_000_000_123)).unwrap();
        let text = mint().write(&nonce);
        assert_eq!(mint().read(&text), Some(nonce));
        assert_eq!(Mint::new(&[8; 32], "api").unwrap().read(&text), None);
        assert_eq!(Mint::new(&[7; 32], "apis").unwrap().read(&text), None);
    }

    #[test]
    fn altered_nonce_is_rejected() {
        let text = mint().write(&Nonce::new(Millis(1)).unwrap());
        for at in 0..text.len() {
            for other in ["A", "B", "=", " ", ""] {
                let changed = format!("{}{other}{}", &text[..at], &text[at + 1..]);
                assert!(changed == text || mint().read(&changed).is_none(), "{changed}");
            }
            assert_eq!(mint().read(&text[..at]), None);
        }
        assert_eq!(mint().read(&format!("{text}A")), None);
        assert_eq!(mint().read(&format!("{text}=")), None);
        assert_eq!(mint().read(&text.repeat(1000)), None);
    }

    #[test]
    fn nonces_of_the_same_millisecond_differ() {
        let nonces: HashSet<_> = (0..1000).map(|_| mint().write(&Nonce::new(Millis(5)).unwrap())).collect();
        assert_eq!(nonces.len(), 1000);
    }
}
