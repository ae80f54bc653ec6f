//! JSON Web Tokens in the compact form: the keys that verify them, and the verifier.
//!
//! Stages of one token, each of which can only make the answer stricter: its form (`compact`), its header (`header`),
//! the keys on which header and configuration agree (`keys`), the signature (`key`), the claims (`claims`), and last
//! the principal that the claims describe (`verifier`). RFC 7515, 7517, 7518, 7519, 8725, 9068.

mod algorithm;
mod claims;
mod compact;
mod header;
mod issuer_keys;
pub(crate) mod issuers;
mod key;
mod key_error;
mod keys;
mod member;
mod no_secret;
// Every feature that brings public keys brings this one.
#[cfg(feature = "dalek")]
mod public;
#[cfg(not(feature = "dalek"))]
#[path = "jws/no_public.rs"]
mod public;
#[cfg(feature = "rotation")]
mod rotating;
mod verifier;

#[cfg(test)]
mod tests;

pub(crate) use self::{
    claims::Audience,
    header::TokenType,
    issuer_keys::IssuerKeys,
    issuers::Issuer,
    verifier::{Leeway, Verifier},
};
pub use algorithm::Algorithm;
pub use issuer_keys::TakesKeys;
pub use key_error::KeyError;
pub use keys::Keys;
#[cfg(feature = "rotation")]
pub(crate) use rotating::Apart;
#[cfg(feature = "rotation")]
pub use rotating::RotatingKeys;
