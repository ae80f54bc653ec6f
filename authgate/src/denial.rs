//! What goes out when the answer is no.

mod reason;

pub use reason::{Fault, Lack, Reason};
