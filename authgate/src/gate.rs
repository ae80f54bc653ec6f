//! The gate: runs the schemes of an application and reaches one verdict.

mod asking;
mod builder;
mod cross_site;
pub(crate) mod decide;
#[cfg(feature = "table")]
mod described;
pub(crate) mod has_gate;
mod login_page;
mod way_back;

pub(crate) use asking::Step;
pub use builder::GateBuilder;
pub(crate) use decide::{Entry, Gate, Identified, Inner, Required, Waiting, gate_of};
pub(crate) use has_gate::HasGate;
pub use way_back::GateLayer;
pub(crate) use way_back::{WayBack, in_use as way_back_in_use};
