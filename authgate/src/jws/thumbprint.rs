use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// The SHA-256 thumbprint of a public key (RFC 7638).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thumbprint([u8; 32]);

impl Thumbprint {
    /// Hashes the required members of a JWK in lexicographic order, as JSON without white space.
    pub(super) fn of(members: &str) -> Self {
        Self(Sha256::digest(members).into())
    }

    /// Parses the base64url form, as in `jkt` (RFC 9449 section 6.1).
    pub(super) fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        Some(Self(bytes.try_into().ok()?))
    }

    pub(crate) const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Formats the base64url form.
impl fmt::Display for Thumbprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}
