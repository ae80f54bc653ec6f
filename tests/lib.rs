//! What the tests of authgate share: an application like those that users write, tokens for it made by another library,
//! and a way to ask it.

#![expect(
    clippy::exhaustive_enums,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "what helps tests may fail as tests do"
)]

pub mod app;
pub mod ask;
pub mod token;
