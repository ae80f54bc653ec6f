//! Demonstrating proof of possession (RFC 9449): tokens that are bound to a key of the client.

mod nonce;
mod origin;
mod proof;

pub use nonce::NonceKey;
