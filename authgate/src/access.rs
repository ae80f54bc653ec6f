//! The access of each route as data: the rules, and the types of tools that read them.
//!
//! The types are those of the package `authgate-access`, which tools can use without axum.

pub use authgate_access::*;
