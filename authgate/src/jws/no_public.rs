//! Replaces `public` in builds without public keys. Its types have no values.

use std::error::Error;
use std::fmt;

use super::Algorithm;

#[derive(Clone)]
pub(super) struct PublicKey {
    pub(super) algorithm: Algorithm,
    never: Problem,
}

impl PublicKey {
    pub(super) fn verifies(&self, _signed: &[u8], _signature: &[u8]) -> bool {
        match self.never {}
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        match self.never {}
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Problem {}

impl Problem {
    pub(super) fn source(&self) -> Option<&(dyn Error + 'static)> {
        match *self {}
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, _f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {}
    }
}
