//! The access table, and what is made of it.

mod changes;
mod lock;
mod meaning;
mod world;
