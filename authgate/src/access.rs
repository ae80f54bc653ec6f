//! The rules of all routes as data, and the documents that tools make of them.
//!
//! The types are those of the package `authgate-access`, which tools can use without axum.

pub use authgate_access::*;
