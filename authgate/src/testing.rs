//! Test support: callers and gates for an application's tests, and a probe of every route.
//!
//! Enable the feature `testing` in `[dev-dependencies]` only. Release builds then do not contain
//! it.
//!
//! - [`assert_locked`]: checks that the router matches the committed access lock.
//! - [`probe()`]: checks that every route behaves as the lock states, for each kind of caller.
//! - [`principal()`] and [`TestGate`]: callers for tests, and a gate that authenticates them.

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
pub use principal::{TestPrincipal, principal, test_principal_with};
pub use probe::{Failure, Probe, Report, probe};
pub use test_gate::{SignedIn, TestGate};

/// For the expansion of `#[derive(Principal)]`.
#[doc(hidden)]
pub mod derived {
    pub use super::sample::{
        ByDefault, ByName, Gift, GiftInTenant, GiftOf, NoGift, NotAtAll, Slot, Unfilled, Unnamed,
    };
}
