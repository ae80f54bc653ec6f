//! Who may call what, as data.

#[cfg(feature = "table")]
pub(crate) mod asked;
#[cfg(feature = "table")]
pub mod lock;
#[cfg(feature = "table")]
pub mod caller;
#[cfg(feature = "table")]
pub mod meaning;
#[cfg(feature = "table")]
pub mod changes;
#[cfg(feature = "table")]
pub mod document;
#[cfg(feature = "table")]
mod markdown;
#[cfg(feature = "table")]
pub mod page;
#[cfg(feature = "table")]
pub mod lint;
#[cfg(feature = "table")]
pub mod openapi;

pub use crate::right::declaration::Declaration;
pub use crate::right::expression::{Canonical, Expression, Held, Own};
pub use crate::right::principal_type::{PrincipalType, SetOfRights};
pub use crate::right::type_name::TypeName;
pub use crate::router::table::{Kind, Route, Table};
