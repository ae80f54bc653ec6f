//! The access rules of authgate as data: who may call each route.
//!
//! An application uses this package as `authgate::access`. A tool that reads locks or documents
//! depends on it directly.
//!
//! - [`Table`]: all routes with their [`Declaration`]s.
//! - [`Rule`]: the rule of a route.
//! - [`Reason`]: why a request was denied.
//! - With the feature `documents`: the access `lock` and the meaning of its `changes`, the table as
//!   a `document` for tools and as a `page`, a `lint`, and `openapi`.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod admitted_schemes;
mod ambient;
#[doc(hidden)]
pub mod const_text;
mod declaration;
mod described;
#[doc(hidden)]
pub mod keywords;
mod principal_type;
mod reason;
mod denial_message;
mod rule;
mod satisfiability;
mod table;
mod tenant_from;
mod type_name;

#[cfg(feature = "documents")]
#[doc(hidden)]
pub mod asked;
#[cfg(feature = "documents")]
pub mod caller;
#[cfg(feature = "documents")]
pub mod changes;
#[cfg(feature = "documents")]
pub mod document;
#[cfg(feature = "documents")]
pub mod lint;
#[cfg(feature = "documents")]
pub mod lock;
#[cfg(feature = "documents")]
mod markdown;
#[cfg(feature = "documents")]
pub mod meaning;
#[cfg(feature = "documents")]
pub mod openapi;
#[cfg(feature = "documents")]
pub mod page;
#[cfg(feature = "documents")]
mod sarif;

#[doc(hidden)]
pub use admitted_schemes::AcceptedSchemes;
pub use ambient::Ambient;
pub use declaration::Declaration;
pub use denial_message::DenialMessage;
pub use described::Described;
pub use principal_type::{PrincipalType, SetOfRights};
pub use reason::{CredentialError, ForbiddenReason, Reason};
pub use rule::{Builtin, Canonical, Held, InTenant, Own, Part, Row, Rule, TypeText, Value, Values};
#[doc(hidden)]
pub use rule::{age, in_words};
pub use satisfiability::sound;
pub use table::{Kind, Route, Table};
pub use tenant_from::TenantFrom;
pub use type_name::TypeName;
