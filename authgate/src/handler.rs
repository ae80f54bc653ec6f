//! From a request to a handler: the declaration first, then the rest.

pub(crate) mod declares;
pub(crate) mod public;

pub use declares::Access;
