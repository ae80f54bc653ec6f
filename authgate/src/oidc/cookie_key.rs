use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use crate::ConfigError;
use crate::error::BackendError;
use crate::secret::debug_only;

/// The secret key of the cookies that bind a login to a browser until the provider has answered.
///
/// All processes of a service share the key, so that a login may start at one and end at another.
/// The PKCE verifier and the nonce of a login are derived from the key. `Debug` does not print it.
///
/// # Examples
///
/// ```
/// use authgate::oidc::CookieKey;
///
/// # fn main() -> Result<(), authgate::ConfigError> {
/// // From a vault, the same on each machine.
/// let key = CookieKey::new("a secret of at least 32 random bytes")?;
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct CookieKey(Hmac<Sha256>);

impl CookieKey {
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
                "the key of the login cookies has {} bytes: use at least 32 random bytes",
                secret.len()
            ))
        })?;
        // The key may also serve another purpose.
        Ok(Self(mac.chain_update(b"authgate oidc login\0")))
    }

    /// Creates a key that no other process knows.
    pub(super) fn random() -> Result<Self, ConfigError> {
        let bytes: [u8; 32] = random().map_err(|error| ConfigError::new(error.to_string()))?;
        Self::new(bytes)
    }

    /// Returns the key for one client of one provider. The cookies of others are not accepted.
    pub(super) fn of_client(self, issuer: &str, client_id: &str) -> ClientKey {
        let mut mac = self.0;
        add_part(&mut mac, issuer.as_bytes());
        add_part(&mut mac, client_id.as_bytes());
        ClientKey(mac)
    }
}

debug_only! {
    /// Omits the key.
    [] CookieKey {}
}

/// The key for one client of one provider.
pub(super) struct ClientKey(Hmac<Sha256>);

impl ClientKey {
    /// Returns the MAC of a value for one purpose.
    pub(super) fn mac(&self, purpose: &str, value: &[u8]) -> [u8; 32] {
        self.state(purpose, value).finalize().into_bytes().into()
    }

    /// Returns `true` if this is the MAC. Compares in constant time.
    pub(super) fn verifies(&self, purpose: &str, value: &[u8], mac: &[u8]) -> bool {
        self.state(purpose, value).verify_slice(mac).is_ok()
    }

    fn state(&self, purpose: &str, value: &[u8]) -> Hmac<Sha256> {
        let mut mac = self.0.clone();
        add_part(&mut mac, purpose.as_bytes());
        mac.update(value);
        mac
    }
}

debug_only!([] ClientKey);

/// Adds a text with its length, so that two lists of texts never have the same bytes.
fn add_part(mac: &mut Hmac<Sha256>, part: &[u8]) {
    mac.update(&(part.len() as u64).to_be_bytes());
    mac.update(part);
}

/// Returns random bytes of the operating system.
pub(super) fn random<const N: usize>() -> Result<[u8; N], BackendError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| BackendError::new(format!("the system has no random bytes: {error}")))?;
    Ok(bytes)
}
