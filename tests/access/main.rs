//! The access table, and what is made of it.

mod lock;
mod openapi;
