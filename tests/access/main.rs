//! The access table, and what is made of it.

mod newsroom;
mod document;
mod lock;
mod markdown;
mod page;

