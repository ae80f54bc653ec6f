//! The access table, and what is made of it.

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
mod lint;
mod markdown;
mod page;
mod openapi;
