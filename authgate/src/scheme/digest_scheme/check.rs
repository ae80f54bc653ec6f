//! Checks the settings of a [`Digest`] when the gate is built.

use super::Digest;
use crate::ConfigError;
use crate::denial::Challenge;
use crate::right::SchemeName as _;

impl<U> Digest<U> {
    pub(super) fn check_settings(&self) -> Result<(), ConfigError> {
        if self.server.realm.is_empty() {
            return Err(ConfigError::new(
                "the Digest scheme has no realm: set one, such as `Digest::new(users).realm(\"api\")`",
            ));
        }
        if Challenge::new(Self::NAME).realm(&self.server.realm).get("realm") != Some(&*self.server.realm) {
            return Err(ConfigError::new(format!(
                "cannot send the realm {:?}: use printable ASCII without quotes and backslashes",
                self.server.realm
            )));
        }
        if self.key.as_ref().is_some_and(|key| key.len() < 32) {
            return Err(ConfigError::new(
                "the key of the Digest nonces is shorter than 32 bytes: use at least 32 random bytes, or omit it",
            ));
        }
        if self.key.is_none() {
            return Err(ConfigError::new(
                "the system has no random numbers for the Digest scheme: set a key with `.nonce_key(..)`",
            ));
        }
        if self.server.used.is_some() && !self.is_key_shared {
            return Err(ConfigError::new(
                "the Digest scheme shares the used nonces, but no process accepts the nonces of another: set their \
                 common key with `.nonce_key(..)`",
            ));
        }
        if !(1..=86_400).contains(&self.server.lifetime.as_secs()) {
            return Err(ConfigError::new(format!(
                "invalid lifetime of a nonce, {:?}: set one from a second to a day",
                self.server.lifetime
            )));
        }
        Ok(())
    }
}
