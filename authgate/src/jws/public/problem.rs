//! The errors of public keys.

use std::borrow::Cow;

use super::key_type::KeyType;
use crate::jws::KeyError;

#[derive(Debug)]
pub(in crate::jws) enum Problem {
    /// No enabled backend supports this key type.
    Off { found: KeyType },
    /// The key is invalid.
    Broken { what: &'static str },
    /// Any other problem, with its message.
    Other(Cow<'static, str>),
}

impl From<Problem> for KeyError {
    fn from(problem: Problem) -> Self {
        Self::new(match problem {
            Problem::Off { found } => format!(
                "keys of type {found} require the feature `asymmetric` of authgate: write `features = \
                 [\"asymmetric\"]` in `Cargo.toml`, or \"rust-crypto\" for an implementation in pure Rust"
            ),
            Problem::Broken { what } => format!("invalid key: {what}"),
            Problem::Other(text) => text.into_owned(),
        })
    }
}
