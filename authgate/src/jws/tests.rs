mod arbitrary;
mod faults;
mod form;
mod rfc7515;
mod secrets;
mod token;

#[cfg(feature = "asymmetric")]
mod cookbook;
#[cfg(feature = "asymmetric")]
mod public_keys;
#[cfg(feature = "asymmetric")]
mod sets;
