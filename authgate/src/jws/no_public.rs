//! Replaces `public` in builds without public keys. The type has no values.

use std::convert::Infallible;

use super::Algorithm;

#[derive(Clone)]
pub(super) struct PublicKey {
    pub(super) algorithm: Algorithm,
    never: Infallible,
}

impl PublicKey {
    pub(super) fn used_with(&self, _algorithm: Algorithm) -> Option<Self> {
        match self.never {}
    }

    pub(super) fn verifies(&self, _signed: &[u8], _signature: &[u8]) -> bool {
        match self.never {}
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match self.never {}
    }
}
