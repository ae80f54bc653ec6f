//! Stateless nonces (RFC 9449 section 9): a MAC over the number of a period.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ctutils::CtEq as _;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ConfigError;
use crate::secret::debug_only;

/// The time for which a nonce is issued, in seconds. It is accepted for the same time again.
const PERIOD: u64 = 120;

/// The clock skew allowed between processes that share the key, in seconds.
const MAX_CLOCK_SKEW: u64 = 30;

/// The secret key of the nonces that clients put into their DPoP proofs (RFC 9449 section 9).
///
/// All processes of a service share the key, and need no other state. A nonce is valid for two to
/// four minutes, and clients get a new one before it expires. The clock of the client has no
/// influence. `Debug` does not print the key.
///
/// # Examples
///
/// ```
/// use authgate::oauth::NonceKey;
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// // From a vault, the same on each machine.
/// let key = NonceKey::new("a secret of at least 32 random bytes")?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct NonceKey(Hmac<Sha256>);

/// The state of a nonce that a client has sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Accepted {
    /// `true` if the client needs a new one soon.
    pub(super) is_ending: bool,
    /// The time after which the nonce is never accepted.
    pub(super) until: SystemTime,
}

impl NonceKey {
    /// Creates a key from at least 32 random bytes.
    ///
    /// # Errors
    ///
    /// Returns [`ConfigError`] if there are fewer bytes.
    pub fn new(secret: impl AsRef<[u8]>) -> Result<Self, ConfigError> {
        let secret = secret.as_ref();
        let mac = Hmac::new_from_slice(secret).ok().filter(|_| secret.len() >= 32);
        let mac: Hmac<Sha256> = mac.ok_or_else(|| {
            ConfigError::new(format!(
                "the key of the DPoP nonces has {} bytes: use at least 32 random bytes",
                secret.len()
            ))
        })?;
        // The key may also serve another purpose.
        Ok(Self(mac.chain_update(b"authgate dpop nonce\0")))
    }

    /// Returns the nonce to send at this time.
    pub(super) fn nonce(&self, now: SystemTime) -> String {
        self.of_period(period(now))
    }

    fn of_period(&self, period: u64) -> String {
        let mac = self.0.clone().chain_update(period.to_be_bytes()).finalize().into_bytes();
        URL_SAFE_NO_PAD.encode(mac)
    }

    /// Returns the state of a nonce, or `None` if it is unknown or has expired. Compares in
    /// constant time.
    pub(super) fn check(&self, nonce: &str, now: SystemTime) -> Option<Accepted> {
        let current = period(now);
        // Another process may be ahead.
        let ahead = period(now + Duration::from_secs(MAX_CLOCK_SKEW));
        let mut periods = [current, current.wrapping_sub(1), ahead].into_iter();
        let of = periods.find(|period| self.of_period(*period).as_bytes().ct_eq(nonce.as_bytes()).into())?;
        let seconds = of.saturating_add(2).saturating_mul(PERIOD).saturating_add(MAX_CLOCK_SKEW);
        let until = UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
        Some(Accepted { is_ending: of < current, until })
    }
}

/// Returns the number of the period.
fn period(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).unwrap_or_default().as_secs() / PERIOD
}

debug_only! {
    /// Omits the key.
    [] NonceKey {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> NonceKey {
        NonceKey::new([7; 32]).unwrap()
    }

    fn at(seconds: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(seconds)
    }

    /// The start of a period.
    const START: u64 = 1_700_000_040;

    #[test]
    fn nonce_is_accepted_for_its_period_and_the_next() {
        let nonce = key().nonce(at(START + 50));
        for (now, ending) in [
            (START - 31, None),
            (START - 30, Some(false)),
            (START, Some(false)),
            (START + 119, Some(false)),
            (START + 120, Some(true)),
            (START + 239, Some(true)),
            (START + 240, None),
        ] {
            let state = key().check(&nonce, at(now));
            assert_eq!(state.map(|state| state.is_ending), ending, "{now}");
            // The store of used proofs must not forget one while its nonce is accepted.
            assert!(state.is_none_or(|state| state.until == at(START + 240 + 30)));
        }
        assert_ne!(nonce, key().nonce(at(START + 120)), "issued before the old one ends");
    }

    #[test]
    fn nonce_of_another_key_or_changed_nonce_is_rejected() {
        let nonce = key().nonce(at(START));
        assert_eq!(NonceKey::new([8; 32]).unwrap().check(&nonce, at(START)), None);
        for changed in ["", "a", &nonce[1..], &nonce.to_lowercase(), &format!("{nonce}="), &nonce.repeat(9)] {
            assert_eq!(key().check(changed, at(START)), None, "{changed}");
        }
    }

    #[test]
    fn short_key_is_an_error_and_debug_omits_the_key() {
        assert!(NonceKey::new([7; 31]).unwrap_err().to_string().contains("31 bytes"));
        assert_eq!(format!("{:?}", key()), "NonceKey { .. }");
    }
}
