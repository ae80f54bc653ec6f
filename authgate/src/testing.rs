//! For tests: an application's own, and the proof that its routes deny whom they should. The feature `testing`.
//!
//! It is for `[dev-dependencies]`: what is shipped has none of it.
//!
//! - [`assert_locked`]: the router says what the committed access lock says.
//! - [`probe()`]: and does it, whoever asks.
//! - [`principal()`] and [`TestGate`]: callers for tests, and a gate at which they sign in.

mod locked;
pub(crate) mod mark;
mod principal;
mod probe;
mod sample;
mod stage;
mod staged_gate;
mod test_bearer;
mod test_gate;
mod token;

pub use locked::assert_locked;
pub use principal::{TestPrincipal, principal, principal_from};
pub use probe::{Failure, Probe, Report, probe};
pub use test_gate::{SignedIn, TestGate};

/// What the derive writes for it.
#[doc(hidden)]
pub mod derived {
    pub use super::sample::{
        ByDefault, ByName, Gift, GiftInTenant, GiftOf, NoGift, NotAtAll, Slot, Unfilled, Unnamed,
    };
}
