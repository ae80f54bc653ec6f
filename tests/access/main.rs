//! The access table, and what is made of it.

mod examples;
mod newsroom;
mod document;
mod lint;
mod lock;
mod markdown;
mod page;
