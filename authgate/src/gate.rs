//! The gate: runs the schemes of an application and reaches one verdict.

mod scheme_runner;
mod builder;
mod cross_site;
pub(crate) mod decide;
#[cfg(feature = "table")]
mod described;
pub(crate) mod has_gate;
#[cfg(feature = "oauth")]
mod health;
mod login_page;
mod presence;
mod response_hooks;

pub use crate::denial::access_event::AccessEvent;
pub use builder::GateBuilder;
pub(crate) use decide::{Entry, Gate, Identified, Inner, Required, Waiting, gate_of};
pub(crate) use has_gate::HasGate;
pub(crate) use presence::Presence;
pub use response_hooks::GateLayer;
pub(crate) use response_hooks::{ResponseHooks, in_use as response_hooks_in_use};
pub(crate) use scheme_runner::Step;
