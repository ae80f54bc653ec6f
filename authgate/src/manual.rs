//! Chapters: how the pieces are used together.

#[doc = include_str!("manual/service_layer.md")]
pub mod service_layer {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/reviewing.md")]
pub mod reviewing {}

#[cfg(feature = "testing")]
#[doc = include_str!("manual/probe.md")]
pub mod probe {}
