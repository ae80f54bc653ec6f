//! Token schemes, whatever the claims are deserialized into.

use http::header::{HeaderName, HeaderValue};

use crate::ConfigError;
use crate::credentials::RequestCredentials;
use crate::denial::Challenge;
use crate::jws::Verifier;
use crate::scheme::{Answer, Properties};

/// A token scheme that returns the claims. Any type that is deserializable works.
///
/// The methods are those of [`Scheme`](crate::scheme::Scheme), which depends on a principal.
pub trait Tokens<Claims>: Send + Sync + 'static {
    fn challenge(&self) -> Challenge;

    fn properties(&self) -> Properties;

    fn identify_claims(&self, presented: &RequestCredentials<'_>) -> Answer<Claims>;

    fn denial_fields(&self) -> Vec<(HeaderName, HeaderValue)> {
        Vec::new()
    }

    /// Returns what verifies the tokens, for a test that signs its own.
    fn verifier(&self) -> Option<&Verifier> {
        None
    }

    fn check(&self) -> Result<(), ConfigError>;
}
