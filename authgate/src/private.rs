//! What the macros' expansions need. Not for hands: it may change in any release.

mod mistake;
mod named;

pub use mistake::Mistake;
pub use named::{Names, closest};
pub use serde;

pub use crate::handler::public::{Chunk, Public, Reason};
pub use crate::right::{At, Fork, Implication, Marker, Nth, One, UnknownName, Zero, kind};
