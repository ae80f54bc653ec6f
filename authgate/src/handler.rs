//! Calling a handler: the declaration first, then the other parameters.
//!
//! authgate calls handlers itself. It extracts the first parameter, which is the declaration, and
//! the other parameters only after the declaration succeeded. The traits in this module are sealed,
//! so no type can claim a declaration that it does not enforce.

mod answering;
pub(crate) mod answers;
mod call;
pub(crate) mod declares;
pub(crate) mod either;
mod gated;
pub(crate) mod mistake;
mod parameter;
pub(crate) mod public;
mod service;

pub(crate) use answers::Answers;
pub use call::{Call, NoParameter};
pub(crate) use call::{Shape, must_be_sound};
pub use declares::Access;
pub(crate) use declares::Admit;
pub(crate) use gated::Gated;
pub(crate) use mistake::Mistake;
pub(crate) use service::GatedService;
pub use service::Guard;
