//! Who may call each route, as data: the rules, and what tools make of them.
//!
//! The types are those of the package `authgate-access`, which tools can use without axum.

pub use authgate_access::*;
