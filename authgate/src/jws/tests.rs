mod arbitrary;
mod faults;
mod form;
mod known;
mod one_pass;
mod rfc7515;
mod secrets;
mod token;

#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod cookbook;
#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod public_keys;
#[cfg(any(feature = "aws-lc", feature = "rust-crypto"))]
mod sets;
