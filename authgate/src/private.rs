//! What the macros' expansions need. Not for hands: it may change in any release.

mod answers;
mod field;
mod mistake;
mod named;
mod set;
mod sound;
mod spelt;
mod text;

pub use answers::{Answers, answers};
pub use field::{RolesOf, ScopesOf};
pub use mistake::Mistake;
pub(crate) use named::same_text;
pub use named::{Asked, Names, closest};
pub use serde;
pub use set::{deserialize, name, named, serialize};
pub use sound::sound;
pub use spelt::Spelt;

pub use crate::handler::public::{Chunk, Public, Reason};
pub use crate::right::{At, Fork, Implication, Marker, Nth, One, UnknownName, Zero, kind};
