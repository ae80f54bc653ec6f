mod arbitrary;
mod faults;
mod form;
mod known;
mod one_pass;
mod secrets;
mod token;

#[cfg(feature = "asymmetric")]
mod cookbook;
#[cfg(feature = "asymmetric")]
mod public_keys;
#[cfg(feature = "asymmetric")]
mod sets;
