//! The access table and its derived formats.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used, reason = "tests")]

mod complete;
mod lock;
mod probe;
mod testing;
mod changes;
mod meaning;
mod world;
mod examples;
mod newsroom;
mod document;
mod either;
mod lint;
mod markdown;
mod page;
mod openapi;
