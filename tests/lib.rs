//! What the tests of authgate share: an application like those that users write, tokens for it made by another library,
//! and a way to ask it.

pub mod app;
pub mod ask;
pub mod token;
