//! Token schemes, whatever the claims are deserialized into.

use super::Bearer;
use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::scheme::Answer;

/// A token scheme that returns the claims. Any type that is deserializable works.
pub trait Tokens<Claims>: Send + Sync + 'static {
    type State;

    fn bearer(&self) -> &Bearer<Self::State>;

    fn identify_claims(&self, presented: &RequestCredentials<'_>) -> Answer<Claims>;

    fn check(&self) -> Result<(), ConfigError> {
        self.bearer().check_settings()
    }
}
