//! The rules of all routes as data, and the documents that tools make of them.
//!
//! The types are those of the package `authgate-access`, which tools can use without axum.

#[cfg(feature = "table")]
pub use authgate_access::{caller, changes, document, lint, lock, meaning, openapi, page};

pub use authgate_access::{
    Builtin, Canonical, Declaration, Held, InTenant, Kind, Own, Part, PrincipalType, Route, Row, Rule,
    SetOfRights, Table, TypeName, TypeText, Value, Values, sound,
};
